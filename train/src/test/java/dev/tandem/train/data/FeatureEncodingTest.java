package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.train.data.ColumnEncoder.OneHot;
import dev.tandem.train.data.ColumnEncoder.Standardise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureEncodingTest {

  @TempDir Path folder;

  private Table read(String text, Columns columns) throws IOException {
    return Table.read(
        new CsvFile(Files.writeString(folder.resolve("data.csv"), text), ','),
        columns,
        MissingValues.FAIL);
  }

  @Test
  void numbersAreScaledByTheTrainingRowsAlone() throws IOException {
    Columns columns = new Columns(List.of("a"), Set.of(), "y", false);
    Table table = read("a,y\n1,0\n3,1\n1000,2\n", columns);
    FeatureEncoding encoding = FeatureEncoding.fit(table, List.of("a"), "y", new int[] {0, 1});
    assertThat(encoding.features()).containsExactly(new Standardise("a", 2, 1));
    assertThat(encoding.encode(table)).containsExactly(-1, 1, 998);
  }

  @Test
  void restoredUndoesStandardised() {
    Standardise scale = new Standardise("a", 152.13, 77.005);
    assertThat(scale.restored(scale.standardised(346))).isCloseTo(346, within(1e-12));
  }

  @Test
  void constantColumnBecomesZero() throws IOException {
    Columns columns = new Columns(List.of("a"), Set.of(), "y", false);
    Table table = read("a,y\n0.1,0\n0.1,1\n0.1,2\n", columns);
    FeatureEncoding encoding = FeatureEncoding.fit(table, List.of("a"), "y", new int[] {0, 1, 2});
    assertThat(encoding.encode(table)).containsExactly(0, 0, 0);
  }

  @Test
  void smallVariationOfLargeNumbersIsKept() throws IOException {
    Columns columns = new Columns(List.of("a"), Set.of(), "y", false);
    Table table = read("a,y\n1000000001,0\n1000000003,1\n", columns);
    FeatureEncoding encoding = FeatureEncoding.fit(table, List.of("a"), "y", new int[] {0, 1});
    assertThat(encoding.encode(table)).containsExactly(-1, 1);
  }

  @Test
  void eachCategoryIsAFeature() throws IOException {
    Columns columns = new Columns(List.of("a", "c"), Set.of("c"), "y", false);
    Table table = read("a,c,y\n-1,red,0\n1,blue,1\n1,green,2\n-1,red,3\n", columns);
    FeatureEncoding encoding =
        FeatureEncoding.fit(table, List.of("c", "a"), "y", new int[] {0, 1, 2, 3});
    assertThat(encoding.width()).isEqualTo(4);
    assertThat(encoding.features().getFirst())
        .isEqualTo(new OneHot("c", List.of("blue", "green", "red")));
    assertThat(encoding.encode(table))
        .containsExactly(0, 0, 1, -1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, -1);
  }

  @Test
  void categoriesKeepTheirFeaturesInAnotherFile() throws IOException {
    Columns columns = new Columns(List.of("c"), Set.of("c"), null, true);
    OneHot encoder = new OneHot("c", List.of("blue", "green", "red"));
    Table table = read("c\nred\nblue\n", columns);
    float[] features = new float[6];
    encoder.encode(table, features, 0, 3);
    assertThat(features).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void unknownCategoryIsRefusedWithLineAndColumn() throws IOException {
    Columns columns = new Columns(List.of("c"), Set.of("c"), null, true);
    OneHot encoder = new OneHot("c", List.of("blue", "red"));
    Table table = read("c\nred\nmauve\n", columns);
    assertThatThrownBy(() -> encoder.encode(table, new float[4], 0, 2))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "data.csv, line 3, column 'c': category 'mauve' was not in the training data, which"
                + " has blue, red. Correct the value or remove the row, or train again with rows of"
                + " this category.");
  }

  @Test
  void tooManyCategoriesAreRefused() throws IOException {
    StringBuilder text = new StringBuilder("id,y\n");
    for (int row = 0; row <= ColumnEncoder.MAX_CATEGORIES; row++) {
      text.append("id").append(row).append(',').append(row).append('\n');
    }
    Columns columns = new Columns(List.of("id"), Set.of("id"), "y", false);
    Table table = read(text.toString(), columns);
    assertThatThrownBy(() -> FeatureEncoding.fit(table, List.of("id"), "y", new int[] {0, 1}))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("column 'id' has 1001 categories, more than 1000.");
  }

  @Test
  void constantTargetIsRefused() throws IOException {
    Columns columns = new Columns(List.of("a"), Set.of(), "y", false);
    Table table = read("a,y\n1,5\n2,5\n3,6\n", columns);
    assertThatThrownBy(() -> FeatureEncoding.fit(table, List.of("a"), "y", new int[] {0, 1}))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "target 'y' is 5.0 in each of the 2 training rows: there is nothing to learn. Choose"
                + " another --target or give more rows.");
  }
}
