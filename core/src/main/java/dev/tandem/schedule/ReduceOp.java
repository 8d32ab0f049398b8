package dev.tandem.schedule;

/**
 * The ways to fold many values into one. {@link #start()} is the value of a fold over nothing,
 * {@link #combine} takes one more value in, {@link #finish} turns the fold of {@code count} values
 * into the result.
 */
public enum ReduceOp {
  SUM {
    @Override
    public double start() {
      return 0;
    }

    @Override
    public double combine(double accumulated, double value) {
      return accumulated + value;
    }
  },
  /** The sum divided by the count; NaN over nothing. */
  MEAN {
    @Override
    public double start() {
      return 0;
    }

    @Override
    public double combine(double accumulated, double value) {
      return accumulated + value;
    }

    @Override
    public double finish(double accumulated, long count) {
      return accumulated / count;
    }
  },
  /** The greatest value; NaN if any value is NaN. */
  MAX {
    @Override
    public double start() {
      return Double.NEGATIVE_INFINITY;
    }

    @Override
    public double combine(double accumulated, double value) {
      return Math.max(accumulated, value);
    }
  },
  /** The least value; NaN if any value is NaN. */
  MIN {
    @Override
    public double start() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public double combine(double accumulated, double value) {
      return Math.min(accumulated, value);
    }
  };

  /** The fold of no values. */
  public abstract double start();

  /** The fold with one more value. */
  public abstract double combine(double accumulated, double value);

  /** The result of a fold over {@code count} values. */
  public double finish(double accumulated, long count) {
    return accumulated;
  }
}
