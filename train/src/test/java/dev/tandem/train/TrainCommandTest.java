package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {

  @TempDir Path folder;

  private Path train(String directory, Object... options) {
    Path out = folder.resolve(directory);
    Object[] words = {"train", Run.diabetes(), "--target", "target", "--out", out};
    Object[] all = Stream.concat(Stream.of(words), Stream.of(options)).toArray();
    Run run = Run.of(all);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    return out;
  }

  /** What stands in {@code model.json} under these names. */
  private static Object described(Path directory, String... names) throws IOException {
    Object found = JSON.std.mapFrom(Files.readString(directory.resolve("model.json")));
    for (String name : names) {
      found = Objects.requireNonNull(((Map<?, ?>) found).get(name), name);
    }
    return found;
  }

  private static double metric(Path directory, String rows, String name) throws IOException {
    return ((Number) described(directory, "metrics", rows, name)).doubleValue();
  }

  @Test
  void linearModelOnAllRowsReachesTheLeastSquaresSolution() throws IOException {
    Path model = train("model", "--validation", "0");
    // the exact solution, from the normal equations in float64
    assertThat(metric(model, "training", "mse")).isCloseTo(2859.696, within(2859.696 * 1e-4));
    assertThat(metric(model, "training", "r2")).isCloseTo(0.51775, within(5e-5));
  }

  @Test
  void defaultsExplainHeldOutRows() throws IOException {
    Path model = train("model");
    assertThat(metric(model, "validation", "rows")).isEqualTo(88);
    assertThat(metric(model, "validation", "r2")).isBetween(0.4, 0.65);
  }

  @Test
  void networkExplainsHeldOutRows() throws IOException {
    Path model = train("model", "--model", "mlp", "--hidden", "16,8", "--activation", "tanh");
    assertThat(metric(model, "validation", "r2")).isBetween(0.35, 0.65);
  }

  @Test
  void sgdExplainsHeldOutRows() throws IOException {
    Path model = train("model", "--optimizer", "sgd");
    assertThat(metric(model, "validation", "r2")).isBetween(0.4, 0.65);
  }

  @Test
  void directoryHoldsTheFourFilesAndNothingIsLeftBeside() throws IOException {
    Path model = train("model", "--epochs", "3");
    try (Stream<Path> files = Files.list(model)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("model.safetensors", "model.json", "metrics.csv", "loss.png");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(model);
    }
    assertThat(ImageIO.read(model.resolve("loss.png").toFile()).getWidth()).isEqualTo(900);
  }

  @Test
  void metricsFileHasALineForEachEpoch() throws IOException {
    Path model = train("model", "--epochs", "3");
    List<String> lines = Files.readAllLines(model.resolve("metrics.csv"));
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).isEqualTo("epoch,learning_rate,training_mse,validation_mse");
    assertThat(lines.get(1)).startsWith("1,0.03,");
    assertThat(lines.get(3)).startsWith("3,");
  }

  @Test
  void descriptionSaysHowTheModelCameAbout() throws IOException {
    Path model = train("model", "--epochs", "2", "--seed", "7", "--model", "mlp", "--hidden", "5");
    assertThat(described(model, "architecture"))
        .isEqualTo(
            Map.of(
                "model",
                "mlp",
                "inputs",
                10,
                "hidden",
                List.of(5),
                "activation",
                "relu",
                "outputs",
                1));
    assertThat(described(model, "training"))
        .isEqualTo(
            Map.of(
                "seed",
                7,
                "optimizer",
                "adam",
                "learningRate",
                0.003,
                "epochs",
                2,
                "batchSize",
                32,
                "patience",
                30,
                "epochsRun",
                2,
                "bestEpoch",
                2));
    assertThat(described(model, "versions", "java")).isEqualTo(System.getProperty("java.version"));
    assertThat((List<?>) described(model, "features")).hasSize(10);
  }

  @Test
  void sameSeedGivesTheSameFilesByteForByte() throws IOException {
    Path first = train("first", "--epochs", "5", "--model", "mlp");
    Path second = train("second", "--epochs", "5", "--model", "mlp");
    for (String file : List.of("model.safetensors", "model.json", "metrics.csv")) {
      assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
    }
  }

  @Test
  void numberOfThreadsDoesNotChangeABit() throws IOException {
    Object[] options = {
      "--backend",
      "cpu",
      "--model",
      "mlp",
      "--hidden",
      "256,255",
      "--batch-size",
      "400",
      "--epochs",
      "3",
      "--threads",
      "1"
    };
    Path one = train("one", options);
    options[options.length - 1] = "2";
    Path two = train("two", options);
    assertThat(two.resolve("model.safetensors"))
        .hasSameBinaryContentAs(one.resolve("model.safetensors"));
  }

  @Test
  void anotherSeedGivesAnotherModel() throws IOException {
    Path first = train("first", "--epochs", "5");
    Path second = train("second", "--epochs", "5", "--seed", "43");
    assertThat(
            Files.mismatch(first.resolve("model.safetensors"), second.resolve("model.safetensors")))
        .isNotEqualTo(-1);
  }

  @Test
  void oneBatchOfAllRowsIsAllowed() throws IOException {
    Path model = train("model", "--batch-size", "1000", "--validation", "0", "--epochs", "50");
    assertThat(metric(model, "training", "r2")).isBetween(0.4, 0.5178);
  }

  @Test
  void patienceEndsTrainingAndTheBestEpochIsKept() throws IOException {
    Path model = train("model", "--patience", "3", "--learning-rate", "0.1");
    int best = (Integer) described(model, "training", "bestEpoch");
    assertThat(described(model, "training", "epochsRun")).isEqualTo(best + 3);
    // the loss of the kept parameters is that of the best epoch
    String line = Files.readAllLines(model.resolve("metrics.csv")).get(best);
    double loss = Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
    assertThat(metric(model, "validation", "mse")).isCloseTo(loss, within(loss * 1e-5));
  }

  @Test
  void earlierModelIsReplaced() throws IOException {
    Path first = train("model", "--epochs", "2");
    byte[] before = Files.readAllBytes(first.resolve("model.safetensors"));
    train("model", "--epochs", "3");
    assertThat(Files.readAllBytes(first.resolve("model.safetensors"))).isNotEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(first);
    }
  }

  @Test
  void categoriesAreEncodedWhenAskedFor() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("colours.csv"),
            "colour,size,y\n" + "red,1,10\nblue,2,20\ngreen,3,35\n".repeat(20));
    Run run =
        Run.of(
            "train",
            file,
            "--target",
            "y",
            "--categorical",
            "colour",
            "--out",
            folder.resolve("model"),
            "--validation",
            "0",
            "--learning-rate",
            "0.1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    assertThat(metric(folder.resolve("model"), "training", "r2")).isGreaterThan(0.999);
  }

  @Test
  void progressIsPlainLinesWithoutATerminal() {
    Run run =
        Run.of(
            "train",
            Run.diabetes(),
            "--target",
            "target",
            "--epochs",
            "20",
            "--out",
            folder.resolve("model"));
    assertThat(run.err().lines())
        .hasSize(11)
        .allMatch(line ->
            line.matches("epoch \\d+/20  loss [\\d.]+  validation [\\d.]+  [\\d,]+ rows/s"));
    assertThat(run.out())
        .startsWith("diabetes.csv: 442 rows (354 to train on, 88 held out), 10 columns")
        .contains("linear model with 10 inputs, 11 parameters, adam at 0.03, on ")
        .contains("trained for 20 epochs")
        .contains("saved in " + folder.resolve("model"));
  }

  @Test
  void barIsDrawnOverItselfOnOneLine() {
    Run run =
        Run.of(
            "train",
            Run.diabetes(),
            "--target",
            "target",
            "--epochs",
            "20",
            "--progress",
            "bar",
            "--out",
            folder.resolve("model"));
    assertThat(run.err()).containsOnlyOnce("\n").contains("\r").contains("20/20").contains("loss");
    assertThat(run.err().split("\r")).allMatch(line -> line.strip().length() < 80);
  }

  @Test
  void progressCanBeSwitchedOff() {
    Run run =
        Run.of(
            "train",
            Run.diabetes(),
            "--target",
            "target",
            "--epochs",
            "2",
            "--progress",
            "off",
            "--out",
            folder.resolve("model"));
    assertThat(run.err()).isEmpty();
  }
}
