package dev.tandem.schedule;

/**
 * Gauss's error function in double precision, for the definition of {@link UnaryOp#GELU} and {@link
 * UnaryOp#ERF}. Within 4e-15 of the true value, relative, as far as erfc is a normal double (x up
 * to 26.5); slow: engines have their own.
 *
 * <p>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 (the series) and
 * 7.1.14 (the continued fraction).
 */
final class ErrorFunction {

  private static final double SERIES_UP_TO = 2.5; // for erf, beyond which it is 1 less a small tail
  private static final double SUBTRACT_UP_TO =
      1; // for erfc: 1 - erf(1) still loses only 3 bits of 53

  private ErrorFunction() {}

  static double erf(double x) {
    if (Math.abs(x) <= SERIES_UP_TO || Double.isNaN(x)) {
      return series(x);
    }
    return x > 0 ? 1 - tail(x) : tail(-x) - 1;
  }

  static double erfc(double x) {
    return x < SUBTRACT_UP_TO ? 1 - erf(x) : tail(x);
  }

  /** erf by its power series, all terms of one sign. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * expOfMinusSquare(x) * sum;
  }

  /** erfc for x of at least 1 by its continued fraction, evaluated from the far end. */
  private static double tail(double x) {
    if (x > 28) {
      return 0; // erfc(27.3) is below the least double already
    }
    // tried out: with so many terms the fraction is exact to 1e-17 for every x
    int terms = 15 + (int) (220 / (x * x));
    double fraction = x;
    for (int n = terms; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return expOfMinusSquare(x) / (Math.sqrt(Math.PI) * fraction);
  }

  /** exp(-x * x), without the error that rounding the square would cause where it is large. */
  private static double expOfMinusSquare(double x) {
    double square = x * x;
    double lost = Math.fma(x, x, -square);
    return Math.exp(-square) * (1 - lost);
  }
}
