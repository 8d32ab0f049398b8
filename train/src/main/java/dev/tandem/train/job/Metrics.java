package dev.tandem.train.job;

/**
 * How well predictions fit, in the target's own units, computed in double.
 *
 * @param rows how many were compared
 * @param mse mean of the squared errors
 * @param mae mean of the absolute errors
 * @param r2 share of the target's variance that is explained: 1 is perfect, 0 as good as the mean
 *     of these rows; NaN if the target does not vary over them
 */
public record Metrics(int rows, double mse, double mae, double r2) {

  /**
   * Compares predictions with the truth.
   *
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static Metrics of(double[] predictions, double[] targets) {
    int rows = targets.length;
    if (rows == 0 || predictions.length != rows) {
      throw new IllegalArgumentException(
          "metrics: %d predictions for %d targets".formatted(predictions.length, rows));
    }
    double mean = 0;
    for (double target : targets) {
      mean += target / rows;
    }
    double squares = 0;
    double absolutes = 0;
    double variation = 0;
    for (int row = 0; row < rows; row++) {
      double error = predictions[row] - targets[row];
      squares += error * error;
      absolutes += Math.abs(error);
      variation += (targets[row] - mean) * (targets[row] - mean);
    }
    double r2 = variation == 0 ? Double.NaN : 1 - squares / variation;
    return new Metrics(rows, squares / rows, absolutes / rows, r2);
  }

  /** Root of the mean squared error. */
  public double rmse() {
    return Math.sqrt(mse);
  }
}
