package dev.tandem.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

  private static final double UNKNOWN = Double.NaN;

  private static final Figure PRODUCT =
      new Figure(
          "MatmulBenchmark.matmul",
          Map.of("shape", "512x512x512"),
          "cpu",
          "1",
          1.2e-3,
          1.25e-3,
          223.7,
          250,
          "GFLOP/s",
          UNKNOWN,
          Figure.Device.NONE);

  private static final Figure CALL =
      new Figure(
          "DescribeBenchmark.add",
          Map.of(),
          "cpu",
          "all",
          7.123e-7,
          7.5e-7,
          UNKNOWN,
          UNKNOWN,
          "",
          104,
          Figure.Device.NONE);

  private static final Figure ON_A_DEVICE =
      new Figure(
          "ReductionBenchmark.reduce",
          Map.of("shape", "8192x8192"),
          "gpu",
          "1",
          9e-3,
          9e-3,
          29.8,
          UNKNOWN,
          "GB/s",
          UNKNOWN,
          new Figure.Device(1.2e-4, 8.5e-3, 0.731));

  private final Report report =
      new Report(Map.of("processor", "a \"fast\" one"), "./tandem bench", List.of(PRODUCT, CALL));

  @Test
  void aRowShowsSpeedLimitAndShare() {
    assertThat(report.text().lines().toList().get(1))
        .contains("512x512x512", "1.20 ms", "1.25 ms", "224 GFLOP/s", "250 GFLOP/s", "89.5 %");
  }

  @Test
  void whatHasNoLimitShowsTimeAndBytesAlone() {
    assertThat(report.text().lines().toList().get(2))
        .contains("712 ns", "104")
        .doesNotContain("%", "/s");
  }

  @Test
  void theTimesOnADeviceAreTold() {
    String text = new Report(Map.of(), "", List.of(CALL, ON_A_DEVICE)).text();

    assertThat(text.lines().toList().get(0)).contains("kernels", "transfers", "first call");
    assertThat(text.lines().toList().get(2)).contains("120 us", "8.50 ms", "731 ms");
  }

  @Test
  void whereThereIsNoDeviceNothingIsSaidOfIt() {
    assertThat(report.text()).doesNotContain("kernels", "transfers", "first call");
    assertThat(report.json()).contains("\"kernels\": null");
  }

  @Test
  void columnsAreAligned() {
    List<String> lines = report.text().lines().toList();

    assertThat(lines.get(1).indexOf("cpu"))
        .isEqualTo(lines.get(2).indexOf("cpu"))
        .isEqualTo(lines.get(0).indexOf("backend"));
  }

  @Test
  void markdownStartsWithTheCommandAndTheMachine() {
    assertThat(report.markdown())
        .startsWith("    ./tandem bench\n\n- processor: a \"fast\" one\n\n| benchmark |");
  }

  @Test
  void jsonEscapesTextAndWritesNullForTheUnknown() {
    assertThat(report.json())
        .contains("{\"processor\": \"a \\\"fast\\\" one\"}")
        .contains("\"speed\": 223.7, \"limit\": 250.0")
        .contains("\"speed\": null, \"limit\": null");
  }

  @ParameterizedTest
  @CsvSource({"3.21e-9, 3.21 ns", "1e-6, 1.00 us", "0.0456, 45.6 ms", "12.34, 12.3 s"})
  void timesHaveThreeDigitsAndTheUnitThatSuitsThem(double seconds, String text) {
    assertThat(Report.time(seconds)).isEqualTo(text);
  }
}
