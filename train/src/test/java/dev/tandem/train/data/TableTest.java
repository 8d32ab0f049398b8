package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

  private static final Columns NUMBERS = new Columns(List.of("a", "b"), Set.of(), null, false);

  @TempDir Path folder;

  private Table read(String text, Columns columns, MissingValues missing) throws IOException {
    return Table.read(
        new CsvFile(Files.writeString(folder.resolve("data.csv"), text), ','), columns, missing);
  }

  @Test
  void columnsAreFoundByNameWhateverTheirOrder() throws IOException {
    Table table = read("b,x,a\n1,no,2\n3,no,-4e1\n", NUMBERS, MissingValues.FAIL);
    assertThat(table.numbers("a")).containsExactly(2, -40);
    assertThat(table.numbers("b")).containsExactly(1, 3);
  }

  @Test
  void moreRowsThanTheFirstArraysHoldAreKept() throws IOException {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int row = 0; row < 4099; row++) {
      text.append(row).append(',').append(row % 7).append('\n');
    }
    Columns columns = new Columns(List.of("a", "b"), Set.of("b"), null, false);
    Table table = read(text.toString(), columns, MissingValues.FAIL);
    assertThat(table.rows()).isEqualTo(4099);
    assertThat(table.numbers("a")[4098]).isEqualTo(4098);
    assertThat(table.line(4098)).isEqualTo(4100);
    assertThat(((Column.Categories) table.column("b")).codes()[4098]).isEqualTo(4098 % 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1,5", "1f", "2d", "0x1p3", "Infinity", "1e999", "-inf", "1 2"})
  void textInANumericColumnIsRefusedWithLineAndColumn(String cell) {
    assertThatThrownBy(() -> read("a,b\n1,2\n3,\"" + cell + "\"\n", NUMBERS, MissingValues.FAIL))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "data.csv, line 3, column 'b': '"
                + cell
                + "' is not a finite number. Correct it, or declare the column with --categorical"
                + " b, or leave it out with --exclude b.");
  }

  @Test
  void textInTheTargetIsRefusedWithAnotherRemedy() {
    Columns columns = new Columns(List.of("a"), Set.of(), "b", false);
    assertThatThrownBy(() -> read("a,b\n1,high\n", columns, MissingValues.FAIL))
        .hasMessageEndingWith("Correct it, or choose a numeric --target.");
  }

  @Test
  void textWhereAModelAsksForNumbersIsRefusedWithAnotherRemedy() {
    Columns columns = new Columns(List.of("a", "b"), Set.of(), null, true);
    assertThatThrownBy(() -> read("a,b\n1,high\n", columns, MissingValues.FAIL))
        .hasMessageEndingWith("Correct it; the model was trained on numbers in this column.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "NA", "NaN", "?", "null"})
  void missingValueIsRefusedWithLineAndColumn(String cell) {
    assertThatThrownBy(() -> read("a,b\n1,2\n" + cell + ",2\n", NUMBERS, MissingValues.FAIL))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "data.csv, line 3, column 'a': no value. Fill it in, or leave such rows out with"
                + " --missing skip.");
  }

  @Test
  void missingValuesAreCounted() {
    assertThatThrownBy(() -> read("a,b\n1,\n,\n3,4\n", NUMBERS, MissingValues.FAIL))
        .hasMessageStartingWith("data.csv, line 2, column 'b': no value (3 values are missing).");
  }

  @Test
  void rowsWithMissingValuesAreSkippedOnDemand() throws IOException {
    Columns columns = new Columns(List.of("a", "c"), Set.of("c"), null, false);
    Table table =
        read("a,c\n1,red\n2,\n,blue\n4,green\n5,NA\n6,red\n", columns, MissingValues.SKIP);
    assertThat(table.numbers("a")).containsExactly(1, 4, 6);
    Column.Categories colours = (Column.Categories) table.column("c");
    assertThat(colours.categories()).containsExactly("green", "red");
    assertThat(colours.codes()).containsExactly(1, 0, 1);
    assertThat(table.skippedRows()).isEqualTo(3);
    assertThat(table.isSkipped(0)).isFalse();
    assertThat(table.isSkipped(1)).isTrue();
    assertThat(table.line(1)).isEqualTo(5);
  }

  @Test
  void columnsThatWereNotChosenMayHoldAnything() throws IOException {
    assertThat(read("a,b,note\n1,2,\n3,4,text\n", NUMBERS, MissingValues.FAIL).rows()).isEqualTo(2);
  }

  @Test
  void headerWithoutRowsIsRefused() {
    assertThatThrownBy(() -> read("a,b\n", NUMBERS, MissingValues.FAIL))
        .isInstanceOf(JobException.class)
        .hasMessage("data.csv has a header but no rows. Add rows below the header.");
  }

  @Test
  void fileInWhichEveryRowLacksSomethingIsRefused() {
    assertThatThrownBy(() -> read("a,b\n1,\n2,\n", NUMBERS, MissingValues.SKIP))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("in each of the 2 rows of data.csv a value is missing.");
  }

  @Test
  void columnThatAModelNeedsIsNamed() {
    assertThatThrownBy(() -> read("a,c\n1,2\n", NUMBERS, MissingValues.FAIL))
        .isInstanceOf(JobException.class)
        .hasMessage("data.csv has no column 'b'. The model needs the columns a, b.");
  }
}
