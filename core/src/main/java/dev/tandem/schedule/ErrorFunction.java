package dev.tandem.schedule;

/**
 * Gauss's error function in double precision, for the definition of {@link UnaryOp#GELU} and {@link
 * UnaryOp#ERF}. Exact to about 1e-15 relative, and slow: engines have their own.
 *
 * <p>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 (the series) and
 * 7.1.14 (the continued fraction).
 */
final class ErrorFunction {

  private static final double SERIES_UP_TO = 2.5;
  private static final int FRACTION_TERMS = 120;

  private ErrorFunction() {}

  static double erf(double x) {
    if (Math.abs(x) <= SERIES_UP_TO || Double.isNaN(x)) {
      return series(x);
    }
    return x > 0 ? 1 - tail(x) : tail(-x) - 1;
  }

  static double erfc(double x) {
    if (x > SERIES_UP_TO) {
      return tail(x);
    }
    // below about 0.5 the subtraction loses nothing; up to 2.5 it costs at most 12 bits of 53
    return x < 0.5 ? 1 - erf(x) : tail(x);
  }

  /** erf by its power series, all terms of one sign. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc for x of at least 0.5 by its continued fraction, evaluated from the far end. */
  private static double tail(double x) {
    if (x == Double.POSITIVE_INFINITY) {
      return 0;
    }
    int terms = x < 2 ? 10 * FRACTION_TERMS : FRACTION_TERMS;
    double fraction = x;
    for (int n = terms; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }
}
