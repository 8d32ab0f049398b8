package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnChoiceTest {

  private static final List<String> NONE = List.of();

  @TempDir Path folder;
  private CsvFile file;

  @BeforeEach
  void writeFile() throws IOException {
    file = new CsvFile(Files.writeString(folder.resolve("data.csv"), "a,b,c,y\n1,2,3,4\n"), ',');
  }

  @Test
  void everyOtherColumnIsAFeatureByDefault() {
    Columns columns = new ColumnChoice("b", NONE, NONE, NONE).in(file);
    assertThat(columns.features()).containsExactly("a", "c", "y");
    assertThat(columns.target()).isEqualTo("b");
  }

  @Test
  void featuresKeepTheUsersOrder() {
    assertThat(new ColumnChoice("y", List.of("c", "a"), NONE, NONE).in(file).features())
        .containsExactly("c", "a");
  }

  @Test
  void excludedColumnsAreLeftOut() {
    assertThat(new ColumnChoice("y", NONE, List.of("b"), NONE).in(file).features())
        .containsExactly("a", "c");
  }

  @Test
  void unknownColumnIsRefusedWithTheOptionAndTheColumnsThereAre() {
    assertThatThrownBy(() -> new ColumnChoice("z", NONE, NONE, NONE).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessage("--target: data.csv has no column 'z'. Its columns are a, b, c, y.");
    assertThatThrownBy(() -> new ColumnChoice("y", List.of("a", "z"), NONE, NONE).in(file))
        .hasMessageStartingWith("--features: data.csv has no column 'z'.");
    assertThatThrownBy(() -> new ColumnChoice("y", NONE, List.of("z"), NONE).in(file))
        .hasMessageStartingWith("--exclude: data.csv has no column 'z'.");
    assertThatThrownBy(() -> new ColumnChoice("y", NONE, NONE, List.of("z")).in(file))
        .hasMessageStartingWith("--categorical: data.csv has no column 'z'.");
  }

  @Test
  void longListOfColumnsIsCut() throws IOException {
    StringBuilder header = new StringBuilder("c0");
    for (int i = 1; i < 90; i++) {
      header.append(",c").append(i);
    }
    CsvFile wide = new CsvFile(Files.writeString(folder.resolve("wide.csv"), header), ',');
    assertThatThrownBy(() -> new ColumnChoice("z", NONE, NONE, NONE).in(wide))
        .hasMessageEndingWith("c18, c19 and 70 more.");
  }

  @Test
  void otherSeparatorIsGuessedForTheRemedy() throws IOException {
    CsvFile german = new CsvFile(Files.writeString(folder.resolve("g.csv"), "a;b;y\n"), ',');
    assertThatThrownBy(() -> new ColumnChoice("y", NONE, NONE, NONE).in(german))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("if the fields are separated by semicolons, say --separator ';'.");
  }

  @Test
  void targetCannotBeAFeature() {
    assertThatThrownBy(() -> new ColumnChoice("y", List.of("a", "y"), NONE, NONE).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("column 'y' is the target and a feature as well.");
  }

  @Test
  void targetCannotBeCategorical() {
    assertThatThrownBy(() -> new ColumnChoice("y", NONE, NONE, List.of("y")).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("only numbers can be predicted");
  }

  @Test
  void someFeatureMustBeLeft() {
    assertThatThrownBy(() -> new ColumnChoice("y", NONE, List.of("a", "b", "c"), NONE).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("no column of data.csv is left as a feature.");
  }

  @Test
  void categoricalColumnMustBeAFeature() {
    assertThatThrownBy(() -> new ColumnChoice("y", List.of("a"), NONE, List.of("b")).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--categorical names 'b', which is not a feature.");
  }

  @Test
  void columnNamedTwiceIsRefused() {
    assertThatThrownBy(() -> new ColumnChoice("y", List.of("a", "a"), NONE, NONE).in(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--features names column 'a' twice.");
  }
}
