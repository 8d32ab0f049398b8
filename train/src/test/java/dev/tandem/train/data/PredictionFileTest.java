package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionFileTest {

  @TempDir Path folder;
  private Table table;

  @BeforeEach
  void readTable() throws IOException {
    Path file = Files.writeString(folder.resolve("in.csv"), "a;note\n1;\"x;y\"\n;lacks a\n3;z\n");
    table =
        Table.read(
            new CsvFile(file, ';'),
            new Columns(List.of("a"), Set.of(), null, true),
            MissingValues.SKIP);
  }

  @Test
  void predictionsStandBehindTheFilesOwnColumns() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new PredictionFile(table, "p", new double[] {10.5, 30})
        .write(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("a;note;p", "1;\"x;y\";10.5", ";lacks a;", "3;z;30.0");
  }

  @Test
  void fileIsReplacedAndNothingIsLeftBeside() throws IOException {
    Path out = Files.writeString(folder.resolve("out.csv"), "old");
    new PredictionFile(table, "p", new double[] {1, 2}).write(out);
    assertThat(Files.readAllLines(out)).hasSize(4).first().isEqualTo("a;note;p");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void columnThatIsThereAlreadyIsRefused() {
    assertThatThrownBy(() -> new PredictionFile(table, "note", new double[2]))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "in.csv has a column 'note' already. Choose another name for the predictions with"
                + " --column.");
  }

  @Test
  void unwritableFileIsRefused() {
    Path out = folder.resolve("in.csv").resolve("out.csv");
    assertThatThrownBy(() -> new PredictionFile(table, "p", new double[2]).write(out))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(out + " cannot be written:");
  }
}
