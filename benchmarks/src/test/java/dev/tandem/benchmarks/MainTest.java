package dev.tandem.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.benchmarks.contest.Contenders;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs every benchmark method once, in this process. */
class MainTest {

  @TempDir private Path directory;

  private record Run(int code, String output) {}

  private static Run run(String... arguments) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code = Main.run(arguments, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return new Run(code, bytes.toString(StandardCharsets.UTF_8));
  }

  /** One iteration of a millisecond in this process, on one thread of the CPU engine. */
  private static Run once(String arguments) throws Exception {
    String warmUp = arguments.contains("-wi") ? "" : " -wi 0";
    String quick = arguments + warmUp + " -f 0 -w 1ms -i 1 -r 1ms -foe true -p threads=1";
    return run(Stream.of(quick.split(" ")).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MatmulBenchmark -p backend=cpu -p shape=7x5x3 -p form=TN",
        "ElementwiseBenchmark -p backend=cpu -p operation=gelu -p size=207",
        "FusedBenchmark.chain -p backend=cpu -p size=207",
        "FusedBenchmark.adam -p backend=cpu -p size=207",
        "ReductionBenchmark -p backend=cpu -p operation=mean -p axis=middle -p shape=12x7",
        "TrainingStepBenchmark -p backend=cpu -p shape=13x5x2",
        "DescribeBenchmark -p backend=cpu -p stage=read",
        "LimitsBenchmark.fma",
        "LimitsBenchmark.bandwidth -p traffic=triad -p level=L1"
      })
  void everyBenchmarkRuns(String arguments) throws Exception {
    Run run = once(arguments);

    assertThat(run.output()).contains("# 0 of 1 cases done");
    assertThat(run.code()).as(run.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MatmulBenchmark -p shape=7x5x3 -p form=TN",
        "ElementwiseBenchmark -p operation=gelu -p size=207",
        "ReductionBenchmark -p operation=mean -p axis=middle -p shape=12x7",
        "TrainingStepBenchmark -p shape=13x5x2"
      })
  void onAGpuKernelsTransfersAndTheFirstCallAreToldApart(String arguments) throws Exception {
    String obstacle = Contenders.named("gpu").unavailable();
    if (obstacle != null) {
      System.out.println("SKIPPED, no GPU: " + obstacle);
      Assumptions.abort(obstacle);
    }
    Run run = once(arguments + " -p backend=gpu");

    assertThat(run.code()).as(run.output()).isZero();
    assertThat(run.output()).contains(":kernels", ":transfers", ":first call");
  }

  @Test
  void aReportHoldsEveryContenderBesideItsLimit() throws Exception {
    Path markdown = directory.resolve("results.md");
    Path json = directory.resolve("results.json");

    Run run =
        once(
            "Matmul -p backend=naive,reference -p form=NN -p shape=64x64x64 -wi 1 -prof gc --report %s --report %s"
                .formatted(markdown, json));

    assertThat(run.code()).as(run.output()).isZero();
    List<String> rows =
        Files.readAllLines(markdown).stream()
            .filter(line -> line.startsWith("| MatmulBenchmark"))
            .toList();
    assertThat(rows).hasSize(2);
    assertThat(rows).allSatisfy(row -> assertThat(row).contains("GFLOP/s", " % |"));
    assertThat(Files.readString(json))
        .contains("\"backend\": \"naive\"", "\"unit\": \"GFLOP/s\"", "\"processor\"")
        .doesNotContain("NaN");
  }

  @Test
  void whatCannotRunIsLeftOutWithItsReason() throws Exception {
    Run run = once("Matmul -p backend=naive -p form=NN -p shape=4096x4096x4096");

    assertThat(run.output()).contains("backend naive: plain loops would take seconds (1 cases");
    assertThat(run.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Matmul -p backend=abacus",
        "Matmul -p shape=5",
        "Matmul --report",
        "NoSuchBenchmark",
        "Matmul -p threads=none",
        "--no-such-option"
      })
  void wrongUsageIsSaidOnOneLine(String arguments) throws Exception {
    Run run = run(arguments.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.output()).startsWith("bench: ").hasLineCount(1);
  }
}
