package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.backend.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on the GPU engine, compared with the CPU engine. */
class GpuCommandsTest {

  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");

  /** One structure and no more, since each takes a second or more to compile for a device. */
  private static final Object[] SHORT = {
    "--epochs", "3", "--batch-size", "442", "--validation", "0"
  };

  private static List<Device> devices = List.of();

  @TempDir Path folder;

  @BeforeAll
  static void findDevices() {
    devices = GpuForTests.devices();
  }

  private Path train(String backend, Object... options) {
    Path out = folder.resolve(backend.replace(':', '-'));
    Object[] words = {
      "train", Run.diabetes(), "--target", "target", "--backend", backend, "--out", out
    };
    Run run = Run.of(Stream.concat(Stream.of(words), Stream.of(options)).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    return out;
  }

  /** Every number in a text, in order. */
  private static double[] numbers(String text) {
    return NUMBER
        .matcher(text)
        .results()
        .mapToDouble(it -> Double.parseDouble(it.group()))
        .toArray();
  }

  private static double[] numbers(Path file) throws IOException {
    return numbers(Files.readString(file));
  }

  private static void assertClose(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4 * Math.abs(expected[i])));
    }
  }

  @Test
  void trainingHasTheLossesOfTheCpuInEveryEpoch() throws IOException {
    Object[] options = {
      "--model", "mlp", "--hidden", "16", "--batch-size", "177", "--epochs", "12"
    };
    double[] losses = numbers(train("gpu", options).resolve("metrics.csv"));
    assertClose(losses, numbers(train("cpu", options).resolve("metrics.csv")));
  }

  @Test
  void aModelTrainedOnOneEnginePredictsOnTheOther() throws IOException {
    for (String trained : List.of("gpu", "cpu")) {
      Path model = train(trained, SHORT);
      double[] there = predictions(model, "gpu");
      assertClose(there, predictions(model, "cpu"));
    }
  }

  private double[] predictions(Path model, String backend) throws IOException {
    Path out = folder.resolve("predictions.csv");
    Run run = Run.of("predict", model, Run.diabetes(), "-o", out, "--backend", backend);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    return numbers(out);
  }

  @Test
  void evaluateReportsWhatTheCpuReports() {
    Path model = train("cpu", SHORT);
    String there = Run.of("evaluate", model, Run.diabetes(), "--backend", "gpu").out();
    String here = Run.of("evaluate", model, Run.diabetes(), "--backend", "cpu").out();
    assertThat(here).contains("diabetes.csv");
    assertClose(numbers(there), numbers(here));
  }

  @Test
  void aDeviceIsChosenByItsNumberOrByPartOfItsName() {
    Device first = devices.getFirst();
    String part = first.name().substring(0, 5).toLowerCase(Locale.ROOT);
    for (String device : List.of(first.id(), Engines.GPU + ":" + part)) {
      Run run = Run.of("example", "backpropagation", "--backend", device);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
      assertThat(run.out()).contains("dE/dw             -2.11393      -2.11393");
    }
  }

  @Test
  void aDeviceThatDoesNotExistIsRefusedWithThoseThatDo() {
    Run run = Run.of("example", "backpropagation", "--backend", "gpu:nonesuch");
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err())
        .startsWith("tandem: --backend gpu:nonesuch: gpu: there is no device \"nonesuch\"; choose ")
        .contains(devices.getFirst().id())
        .hasLineCount(1);
  }

  @Test
  void devicesListsEachWithItsMemoryAndComputeUnits() {
    assertThat(devices)
        .allSatisfy(device ->
            assertThat(Run.of("devices").out())
                .containsPattern(
                    "(?m)^  \\Q%s  %s\\E \\(.*memory [0-9.]+ GiB.*compute units [0-9]+"
                        .formatted(device.id(), device.name())));
  }
}
