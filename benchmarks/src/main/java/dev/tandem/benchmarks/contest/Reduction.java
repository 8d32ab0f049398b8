package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;

/**
 * A reduction of a matrix of shape {@code [rows, columns]}, or of the same values seen as a block
 * of three axes.
 *
 * @param combiner what is computed
 * @param axis over what
 */
public record Reduction(Combiner combiner, Axis axis, int rows, int columns) implements Problem {

  /** How values are combined. */
  public enum Combiner {
    SUM,
    MEAN,
    MAX
  }

  /** Over which axis. */
  public enum Axis {
    /** Over everything: one value. */
    ALL,
    /** Along each row: a value for each row. */
    ROWS,
    /** Along each column: a value for each column. */
    COLUMNS,
    /** Over the middle axis of three. */
    MIDDLE
  }

  /**
   * The operation and axis are names of constants, the shape is {@code 1024x64}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Reduction parse(String operation, String axis, String shape) {
    String[] parts = shape.split("x", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("shape %s: not of the form ROWSxCOLUMNS".formatted(shape));
    }
    return new Reduction(
        Combiner.valueOf(operation),
        Axis.valueOf(axis),
        Integer.parseInt(parts[0]),
        Integer.parseInt(parts[1]));
  }

  /**
   * The shape with three axes {@code [outer, reduced, inner]} over the same values whose middle
   * axis is what this reduces.
   */
  public int[] blocks() {
    return switch (axis) {
      case ALL -> new int[] {1, rows * columns, 1};
      case ROWS -> new int[] {rows, columns, 1};
      case COLUMNS -> new int[] {1, rows, columns};
      case MIDDLE -> {
        int outer = 1;
        while (2L * outer * 2 * outer <= rows && rows % (2 * outer) == 0) {
          outer *= 2;
        }
        yield new int[] {outer, rows / outer, columns};
      }
    };
  }

  @Override
  public Cost cost() {
    return Cost.ofTraffic(Traffic.READ, (double) rows * columns);
  }

  @Override
  public float[][] inputs() {
    return new float[][] {Inputs.around0(1, (long) rows * columns)};
  }

  @Override
  public void check(float[][] inputs, float[] result) {
    int[] blocks = blocks();
    int count = blocks[1];
    int inner = blocks[2];
    float[] values = inputs[0];
    Comparison comparison = new Comparison(this, result, blocks[0] * inner);
    comparison
        .samples()
        .distinct()
        .forEach(index -> {
          int start = index / inner * count * inner + index % inner;
          double sum = 0;
          double magnitude = 0;
          double largest = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < count; i++) {
            double value = values[start + i * inner];
            sum += value;
            magnitude += Math.abs(value);
            largest = Math.max(largest, value);
          }
          switch (combiner) {
            case SUM -> comparison.check(index, sum, 1e-5 * magnitude);
            case MEAN -> comparison.check(index, sum / count, 1e-5 * magnitude / count);
            case MAX -> comparison.check(index, largest, 0);
          }
        });
  }
}
