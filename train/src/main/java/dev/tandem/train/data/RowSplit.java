package dev.tandem.train.data;

import java.util.Arrays;
import java.util.Random;

/**
 * Rows to train on and rows to judge by, drawn at random. The same seed gives the same split on
 * every machine: {@link Random} is specified to the bit.
 *
 * @param training indices in ascending order, never empty
 * @param validation indices in ascending order, empty if nothing was held out
 */
public record RowSplit(int[] training, int[] validation) {

  /**
   * Splits {@code rows} rows.
   *
   * @param fraction share to hold out, from 0 to below 1; at least one row if it is not 0 and there
   *     are two rows or more
   */
  public static RowSplit of(int rows, double fraction, long seed) {
    int held = (int) Math.round(rows * fraction);
    if (fraction > 0) {
      held = Math.max(held, 1);
    }
    held = Math.min(held, rows - 1);
    int[] order = new int[rows];
    Arrays.setAll(order, i -> i);
    shuffle(order, new Random(seed));
    int[] validation = Arrays.copyOf(order, held);
    int[] training = Arrays.copyOfRange(order, held, rows);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new RowSplit(training, validation);
  }

  /** Puts the values into a random order, each order equally likely. */
  public static void shuffle(int[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
