package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees who asks for something impossible: one line, the exit code, no files. */
class BadInputTest {

  private static final String ROWS = "x,y\n1,2\n3,4\n5,1\n7,9\n2,2\n";

  @TempDir Path folder;

  private Run trainOn(String text, Object... options) throws IOException {
    Path file = Files.writeString(folder.resolve("data.csv"), text);
    Object[] words = {"train", file, "--target", "y", "--out", folder.resolve("model")};
    return Run.of(Stream.concat(Stream.of(words), Stream.of(options)).toArray());
  }

  private void assertRefused(Run run, int exitCode, String message) throws IOException {
    assertThat(run.err().strip()).isEqualTo("tandem: " + message);
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> !file.endsWith("data.csv"))).isEmpty();
    }
  }

  @Test
  void unknownColumn() throws IOException {
    assertRefused(
        trainOn("x,z\n1,2\n"),
        Cli.USAGE,
        "--target: data.csv has no column 'y'. Its columns are x, z.");
  }

  @Test
  void textInANumericColumn() throws IOException {
    assertRefused(
        trainOn("x,y\n1,2\nred,4\n"),
        Cli.FAILURE,
        "data.csv, line 3, column 'x': 'red' is not a finite number. Correct it, or declare the"
            + " column with --categorical x, or leave it out with --exclude x.");
  }

  @Test
  void missingValue() throws IOException {
    assertRefused(
        trainOn("x,y\n1,2\n,4\n"),
        Cli.FAILURE,
        "data.csv, line 3, column 'x': no value. Fill it in, or leave such rows out with --missing"
            + " skip.");
  }

  @Test
  void emptyFile() throws IOException {
    assertRefused(
        trainOn(""),
        Cli.FAILURE,
        "data.csv is empty. It needs a first line with the names of the columns and rows below"
            + " it.");
  }

  @Test
  void fileThatDoesNotExist() throws IOException {
    Path nowhere = folder.resolve("nowhere.csv");
    assertRefused(
        Run.of("train", nowhere, "--target", "y"),
        Cli.FAILURE,
        nowhere + " does not exist. Check the name of the file.");
  }

  @Test
  void singleRow() throws IOException {
    assertRefused(
        trainOn("x,y\n1,2\n"),
        Cli.FAILURE,
        "target 'y' is 2.0 in each of the 1 training rows: there is nothing to learn. Choose"
            + " another --target or give more rows.");
  }

  @Test
  void outputDirectoryBelowAFile() throws IOException {
    Path out = folder.resolve("data.csv").resolve("model");
    Path file = Files.writeString(folder.resolve("data.csv"), ROWS);
    Run run = Run.of("train", file, "--target", "y", "--out", out);
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("tandem: output directory " + out + " cannot be written: ")
        .endsWith("Choose another with --out.%n".formatted());
  }

  @Test
  void outputDirectoryThatHoldsSomethingElse() throws IOException {
    Files.createDirectory(folder.resolve("model"));
    Path precious = Files.writeString(folder.resolve("model").resolve("thesis.tex"), "text");
    Run run = trainOn(ROWS);
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().strip())
        .isEqualTo(
            "tandem: output directory %s holds 'thesis.tex', which is no part of a model. Choose another with --out; only an earlier model is replaced."
                .formatted(folder.resolve("model")));
    assertThat(precious).hasContent("text");
  }

  @Test
  void gpuWhereThereIsNone() throws IOException {
    Probe.Unavailable missing = GpuForTests.missing();
    assertRefused(
        trainOn(ROWS, "--backend", "gpu"),
        Cli.FAILURE,
        "backend gpu cannot run: %s. %s.".formatted(missing.reason(), missing.remedy()));
  }

  @Test
  void engineThatNobodyKnows() throws IOException {
    Run run = trainOn(ROWS, "--backend", "tpu");
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err())
        .startsWith("tandem: --backend: there is no engine named 'tpu'. There are auto, ");
  }

  @Test
  void deviceThatDoesNotExist() throws IOException {
    assertRefused(
        trainOn(ROWS, "--backend", "reference:half"),
        Cli.USAGE,
        "--backend reference:half: reference backend: no device \"half\"; choose float (0) or"
            + " double (1). Say tandem devices to see them all.");
  }

  @Test
  void divergingTraining() throws IOException {
    Run run = trainOn(ROWS, "--optimizer", "sgd", "--learning-rate", "1e6", "--progress", "off");
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().strip())
        .matches(
            "tandem: training diverged in epoch \\d+: the loss is (NaN|Infinity)\\. Try a smaller"
                + " --learning-rate; it was 1000000\\.0\\.");
    assertThat(folder.resolve("model")).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("data.csv"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs 0         | --epochs is 0. Give a number above 0.
          --batch-size -1    | --batch-size is -1. Give a number above 0.
          --hidden 8         | --hidden has no meaning for a linear model. Leave it out, or say --model mlp.
          --activation tanh  | --activation has no meaning for a linear model. Leave it out, or say --model mlp.
          --model=mlp --hidden=8,0 | --hidden is 0. Give a number above 0.
          --patience -1      | --patience is -1. Give a number above 0, or 0 to train for all epochs.
          --learning-rate 0  | --learning-rate is 0.0. Give a number above 0, such as 0.01.
          --learning-rate nan| Invalid value for option '--learning-rate': 'nan' is not a double. See tandem train --help.
          --validation 1     | --validation is 1.0. Give a share from 0 to below 1, such as 0.2.
          --threads -2       | --threads is -2. Give a number above 0, or 0 for the engine's own choice.
          --model cubic      | Invalid value for option '--model': 'cubic' is none of linear, mlp. See tandem train --help.
          --epochs many      | Invalid value for option '--epochs': 'many' is not an int. See tandem train --help.
          --separator ab     | --separator 'ab' is not one character that can stand between fields. Say for example --separator ';' or --separator tab.
          --bach-size=32     | Unknown option: '--bach-size=32'. Did you mean --batch-size or --backend? See tandem train --help.
          """)
  void wrongOption(String options, String message) throws IOException {
    assertRefused(trainOn(ROWS, (Object[]) options.split(" ")), Cli.USAGE, message);
  }

  @Test
  void noTarget() throws IOException {
    assertRefused(
        Run.of("train", folder.resolve("data.csv")),
        Cli.USAGE,
        "Missing required option: '--target=COLUMN'. See tandem train --help.");
  }

  @Test
  void noCommandShowsWhatThereIs() {
    Run run = Run.of();
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err()).contains("train").contains("predict").contains("devices");
  }

  @Test
  void verboseAddsTheStackTrace() throws IOException {
    Run run = trainOn("", "--verbose");
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err())
        .startsWith("tandem: data.csv is empty.")
        .contains("\tat dev.tandem.train.data.CsvFile.header");
  }

  /** The engine whose every run fails; see {@link BrokenEngine}. */
  @Test
  void aDeviceThatFailsEndsTheJobWithWhatItSaidAndTheRemedy() throws IOException {
    Run run = trainOn(ROWS, "--backend", "broken");
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().strip())
        .isEqualTo("tandem: broken: a run failed (the cable is out). Put it in again.");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @Test
  void verboseAddsTheStackTraceOfADeviceThatFails() throws IOException {
    Run run = trainOn(ROWS, "--backend", "broken", "--verbose");
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err())
        .startsWith("tandem: broken: a run failed")
        .contains("DeviceFailureException", "\tat dev.tandem.train.BrokenEngine");
  }
}
