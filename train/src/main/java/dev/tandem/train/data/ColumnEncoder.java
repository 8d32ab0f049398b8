package dev.tandem.train.data;

import java.util.Arrays;
import java.util.List;

/**
 * How one column becomes one or more features of a model. Learnt from the training data, then
 * fixed.
 */
public sealed interface ColumnEncoder {

  /** More categories than this are refused: each costs a feature in every row. */
  int MAX_CATEGORIES = 1000;

  /** The column it encodes. */
  String column();

  /** How many features it makes. */
  int width();

  /**
   * Writes the features of every row.
   *
   * @param table holds the column
   * @param features row-major, of {@code stride} features a row
   * @param offset of this column's first feature in a row
   * @throws JobException if a category was not in the training data
   */
  void encode(Table table, float[] features, int offset, int stride);

  /**
   * Learns the encoding of a column: numbers from the training rows alone, so that nothing of the
   * validation rows leaks into the model; categories from all rows, so that none is unknown later.
   *
   * @throws JobException if there are more than {@link #MAX_CATEGORIES} categories
   */
  static ColumnEncoder fit(Table table, String column, int[] trainingRows) {
    return switch (table.column(column)) {
      case Column.Numbers numbers -> Standardise.fit(column, numbers.values(), trainingRows);
      case Column.Categories categories -> {
        if (categories.categories().size() > MAX_CATEGORIES) {
          throw new JobException(
              "column '%s' has %d categories, more than %d"
                  .formatted(column, categories.categories().size(), MAX_CATEGORIES),
              "Leave it out with --exclude %s, or merge rare categories".formatted(column));
        }
        yield new OneHot(column, categories.categories());
      }
    };
  }

  /**
   * Numbers, moved and scaled to mean 0 and standard deviation 1 over the training rows; one
   * feature. A column that never varies there keeps its scale.
   *
   * @param mean in the column's own units
   * @param deviation in the column's own units, of the population (divisor n), never 0
   */
  record Standardise(String column, double mean, double deviation) implements ColumnEncoder {

    static Standardise fit(String column, double[] values, int[] rows) {
      double first = values[rows[0]]; // sums are taken about a value near the mean, to keep digits
      double sum = 0;
      for (int row : rows) {
        sum += values[row] - first;
      }
      double mean = first + sum / rows.length;
      double squares = 0;
      for (int row : rows) {
        squares += (values[row] - mean) * (values[row] - mean);
      }
      double deviation = Math.sqrt(squares / rows.length);
      if (!Double.isFinite(mean) || !Double.isFinite(deviation)) {
        throw new JobException(
            "column '%s' holds numbers too large to be scaled".formatted(column),
            "Give it in other units, or leave it out with --exclude " + column);
      }
      // rounding alone can leave a trace of variation in a column that has none
      boolean varies = deviation > Math.ulp(Math.abs(mean));
      return new Standardise(column, mean, varies ? deviation : 1);
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public void encode(Table table, float[] features, int offset, int stride) {
      double[] values = table.numbers(column);
      for (int row = 0; row < table.rows(); row++) {
        features[row * stride + offset] = (float) standardised(values[row]);
      }
    }

    /** A value in standard deviations from the mean. */
    public double standardised(double value) {
      return (value - mean) / deviation;
    }

    /** A standardised value in the column's own units. */
    public double restored(double standardised) {
      return mean + deviation * standardised;
    }
  }

  /**
   * Categories; one feature for each, 1 where a row has it and 0 elsewhere.
   *
   * @param categories those in the training data, sorted
   */
  record OneHot(String column, List<String> categories) implements ColumnEncoder {
    public OneHot {
      categories = List.copyOf(categories);
    }

    @Override
    public int width() {
      return categories.size();
    }

    @Override
    public void encode(Table table, float[] features, int offset, int stride) {
      if (!(table.column(column) instanceof Column.Categories cells)) {
        throw new IllegalArgumentException("column '%s' holds numbers".formatted(column));
      }
      int[] featureOf = new int[cells.categories().size()];
      Arrays.setAll(featureOf, code -> categories.indexOf(cells.categories().get(code)));
      int[] codes = cells.codes();
      for (int row = 0; row < table.rows(); row++) {
        int feature = featureOf[codes[row]];
        if (feature < 0) {
          throw unknownCategory(table, row, cells.categories().get(codes[row]));
        }
        features[row * stride + offset + feature] = 1;
      }
    }

    private JobException unknownCategory(Table table, int row, String category) {
      String known =
          categories.size() <= 10
              ? String.join(", ", categories)
              : String.join(", ", categories.subList(0, 10)) + ", ...";
      return new JobException(
          "%s, line %d, column '%s': category '%s' was not in the training data, which has %s"
              .formatted(table.file().name(), table.line(row), column, category, known),
          "Correct the value or remove the row, or train again with rows of this category");
    }
  }
}
