package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A matrix product, or a batch of them.
 *
 * @param batch how many; 1 for plain matrices
 * @param m rows of the result
 * @param k what is summed over
 * @param n columns of the result
 * @param form how the inputs are stored
 */
public record Product(int batch, int m, int k, int n, Form form) implements Problem {

  private static final Pattern SHAPE = Pattern.compile("(?:(\\d+)@)?(\\d+)x(\\d+)x(\\d+)");

  /** Which input is stored transposed; a Linear layer needs all three. */
  public enum Form {
    /** {@code [m, k] x [k, n]}: the gradient of Linear's input. */
    NN,
    /** {@code [m, k] x [n, k]^T}: Linear's forward product. */
    NT,
    /** {@code [k, m]^T x [k, n]}: the gradient of Linear's weight. */
    TN
  }

  /**
   * Reads {@code 512x90x1} (m, k, n) or {@code 1000@16x16x16} (a batch).
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Product parse(String shape, String form) {
    Matcher matcher = SHAPE.matcher(shape);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "shape %s: not of the form MxKxN or BATCH@MxKxN".formatted(shape));
    }
    int batch = matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1));
    return new Product(
        batch,
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)),
        Form.valueOf(form));
  }

  /** Dimensions of the left input as stored, the batch first if there is one. */
  public int[] leftShape() {
    return form == Form.TN ? shape(k, m) : shape(m, k);
  }

  /** Dimensions of the right input as stored, the batch first if there is one. */
  public int[] rightShape() {
    return form == Form.NT ? shape(n, k) : shape(k, n);
  }

  private int[] shape(int rows, int columns) {
    return batch == 1 ? new int[] {rows, columns} : new int[] {batch, rows, columns};
  }

  @Override
  public Cost cost() {
    double read = (double) batch * k * (m + n);
    double written = (double) batch * m * n;
    return new Cost(
        2.0 * batch * m * k * n,
        Float.BYTES * (read + written),
        written > read ? Traffic.FILL : Traffic.READ);
  }

  @Override
  public float[][] inputs() {
    return new float[][] {
      Inputs.around0(1, (long) batch * m * k), Inputs.around0(2, (long) batch * k * n)
    };
  }

  @Override
  public void check(float[][] inputs, float[] result) {
    Comparison comparison = new Comparison(this, result, batch * m * n);
    comparison
        .samples()
        .forEach(index -> {
          double sum = 0;
          double magnitude = 0;
          for (int inner = 0; inner < k; inner++) {
            double term = left(inputs[0], index, inner) * right(inputs[1], index, inner);
            sum += term;
            magnitude += Math.abs(term);
          }
          comparison.check(index, sum, 1e-5 * magnitude + 1e-30);
        });
  }

  private double left(float[] values, int index, int inner) {
    int matrix = index / (m * n) * m * k;
    int row = index / n % m;
    return values[matrix + (form == Form.TN ? inner * m + row : row * k + inner)];
  }

  private double right(float[] values, int index, int inner) {
    int matrix = index / (m * n) * k * n;
    int column = index % n;
    return values[matrix + (form == Form.NT ? column * k + inner : inner * n + column)];
  }
}
