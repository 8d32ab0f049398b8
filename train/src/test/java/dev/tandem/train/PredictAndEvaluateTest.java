package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictAndEvaluateTest {

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void trainOnALine() throws IOException {
    StringBuilder text = new StringBuilder("x,c,y\n");
    for (int row = 0; row < 60; row++) {
      text.append(row).append(row % 2 == 0 ? ",even," : ",odd,");
      text.append(3 * row + (row % 2 == 0 ? 5 : 25)).append('\n');
    }
    Path file = Files.writeString(folder.resolve("line.csv"), text);
    model = folder.resolve("model");
    Run run =
        Run.of(
            "train",
            file,
            "--target",
            "y",
            "--categorical",
            "c",
            "--validation",
            "0",
            "--out",
            model,
            "--learning-rate",
            "0.1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
  }

  @Test
  void predictionsAreInTheTargetsUnits() throws IOException {
    Path fresh = Files.writeString(folder.resolve("new.csv"), "c,name,x\nodd,a,9\neven,b,100\n");
    Path out = folder.resolve("out.csv");
    Run run = Run.of("predict", model, fresh, "-o", out);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("wrote 2 predictions to %s%n".formatted(out));
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("c,name,x,prediction");
    assertThat(lines.get(1)).startsWith("odd,a,9,");
    assertThat(prediction(lines.get(1))).isCloseTo(52, within(0.5));
    assertThat(prediction(lines.get(2))).isCloseTo(305, within(0.5));
  }

  @Test
  void predictionsGoToTheStandardOutputWithoutAFile() throws IOException {
    Path fresh = Files.writeString(folder.resolve("new.csv"), "x,c\n1,odd\n,even\n");
    Run run = Run.of("predict", model, fresh, "--missing", "skip", "--column", "guess");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).isEqualTo("x,c,guess");
    assertThat(lines.get(2)).isEqualTo(",even,");
    assertThat(run.err().strip()).isEqualTo("new.csv: 1 rows lack a value and are left out");
  }

  @Test
  void evaluateReportsMetricsOfTheRowsGiven() throws IOException {
    Path fresh =
        Files.writeString(folder.resolve("test.csv"), "x,c,y\n10,even,35\n11,odd,58\n12,even,41\n");
    Run run = Run.of("evaluate", model, fresh);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    List<String> lines = run.out().lines().toList();
    assertThat(lines.get(0).strip().split(" +"))
        .containsExactly("rows", "MSE", "RMSE", "MAE", "R2");
    String[] words = lines.get(1).split(" +");
    assertThat(words).hasSize(6).startsWith("test.csv", "3");
    assertThat(Double.parseDouble(words[5])).isGreaterThan(0.999);
  }

  @Test
  void anotherBackendPredictsTheSame() throws IOException {
    Path fresh = Files.writeString(folder.resolve("new.csv"), "x,c\n9,odd\n100,even\n");
    List<String> here = Run.of("predict", model, fresh).out().lines().toList();
    List<String> there =
        Run.of("predict", model, fresh, "--backend", "reference").out().lines().toList();
    assertThat(there).hasSameSizeAs(here);
    for (int line = 1; line < here.size(); line++) {
      assertThat(prediction(there.get(line))).isCloseTo(prediction(here.get(line)), within(1e-4));
    }
  }

  @Test
  void evaluateNeedsTheTarget() throws IOException {
    Path fresh = Files.writeString(folder.resolve("new.csv"), "x,c\n1,odd\n");
    Run run = Run.of("evaluate", model, fresh);
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().strip())
        .isEqualTo("tandem: new.csv has no column 'y'. The model needs the columns x, c, y.");
  }

  @Test
  void unknownCategoryIsReportedAndNothingIsWritten() throws IOException {
    Path fresh = Files.writeString(folder.resolve("new.csv"), "x,c\n1,odd\n2,prime\n");
    Path out = folder.resolve("out.csv");
    Run run = Run.of("predict", model, fresh, "-o", out);
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err()).contains("new.csv, line 3, column 'c': category 'prime'");
    assertThat(out).doesNotExist();
  }

  @Test
  void directoryWithoutAModelIsRefused() {
    Run run = Run.of("predict", folder, folder.resolve("line.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().strip())
        .isEqualTo(
            "tandem: %s holds no model: there is no model.json. Name a directory that tandem train has saved."
                .formatted(folder));
  }

  @Test
  void damagedWeightsAreRefused() throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    Run run = Run.of("evaluate", model, folder.resolve("line.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err())
        .startsWith("tandem: " + weights + " cannot be used: ")
        .endsWith("Train the model again.%n".formatted());
  }

  @Test
  void weightsOfAnotherModelAreRefused() throws IOException {
    Path other = folder.resolve("other");
    Run.of(
        "train",
        folder.resolve("line.csv"),
        "--target",
        "y",
        "--features",
        "x",
        "--out",
        other,
        "--epochs",
        "1");
    Files.copy(
        other.resolve("model.safetensors"),
        model.resolve("model.safetensors"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Run run = Run.of("evaluate", model, folder.resolve("line.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err()).contains("cannot be used: ").contains("weight");
  }

  @Test
  void changedDescriptionIsRefusedWithTheField() throws IOException {
    Path description = model.resolve("model.json");
    String text = Files.readString(description);
    Files.writeString(
        description, text.replaceFirst("\"deviation\" : [^\\s,]+", "\"deviation\" : 0"));
    Run run = Run.of("evaluate", model, folder.resolve("line.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err()).contains("model.json: 'target.deviation' is not above 0.");
  }

  @Test
  void truncatedDescriptionIsRefused() throws IOException {
    Path description = model.resolve("model.json");
    Files.writeString(description, Files.readString(description).substring(0, 100));
    Run run = Run.of("evaluate", model, folder.resolve("line.csv"));
    assertThat(run.exitCode()).isEqualTo(Cli.FAILURE);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("tandem: " + description + " cannot be read: ");
  }

  private static double prediction(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
  }
}
