package dev.tandem.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a table become inputs and targets of a model: an encoder for each column.
 *
 * @param features in the model's order
 * @param target scale of the column to predict
 */
public record FeatureEncoding(List<ColumnEncoder> features, ColumnEncoder.Standardise target) {
  public FeatureEncoding {
    features = List.copyOf(features);
  }

  /**
   * Learns the encoding of the chosen columns.
   *
   * @throws JobException if the target never varies over the training rows, or a column cannot be
   *     encoded
   */
  public static FeatureEncoding fit(Table table, List<String> features, String target, int[] rows) {
    double[] values = table.numbers(target);
    boolean varies = false;
    for (int row : rows) {
      varies |= values[row] != values[rows[0]];
    }
    if (!varies) {
      throw new JobException(
          "target '%s' is %s in each of the %d training rows: there is nothing to learn"
              .formatted(target, values[rows[0]], rows.length),
          "Choose another --target or give more rows");
    }
    List<ColumnEncoder> encoders = new ArrayList<>();
    for (String feature : features) {
      encoders.add(ColumnEncoder.fit(table, feature, rows));
    }
    return new FeatureEncoding(encoders, ColumnEncoder.Standardise.fit(target, values, rows));
  }

  /** How many features a row has. */
  public int width() {
    return features.stream().mapToInt(ColumnEncoder::width).sum();
  }

  /**
   * The columns that a file must have.
   *
   * @param withTarget whether the target's column is needed too
   */
  public Columns columns(boolean withTarget) {
    List<String> names = new ArrayList<>();
    Set<String> categorical = new HashSet<>();
    for (ColumnEncoder encoder : features) {
      names.add(encoder.column());
      if (encoder instanceof ColumnEncoder.OneHot) {
        categorical.add(encoder.column());
      }
    }
    @Nullable String targetName = withTarget ? target.column() : null;
    return new Columns(names, categorical, targetName, true);
  }

  /**
   * The features of every row, row-major, {@link #width()} a row.
   *
   * @throws JobException if they exceed the greatest array, or a category is unknown
   */
  public float[] encode(Table table) {
    int width = width();
    long elements = (long) table.rows() * width;
    if (elements > Integer.MAX_VALUE - 63) {
      throw new JobException(
          "%d rows of %d features are more than one tensor holds (%d values)"
              .formatted(table.rows(), width, Integer.MAX_VALUE - 63),
          "Train on fewer rows or fewer features");
    }
    float[] encoded = new float[(int) elements];
    int offset = 0;
    for (ColumnEncoder encoder : features) {
      encoder.encode(table, encoded, offset, width);
      offset += encoder.width();
    }
    return encoded;
  }
}
