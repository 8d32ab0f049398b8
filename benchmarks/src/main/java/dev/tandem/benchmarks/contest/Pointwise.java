package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;

/**
 * One elementwise operation on vectors.
 *
 * @param function which one
 * @param elements of each input
 */
public record Pointwise(Function function, int elements) implements Problem {

  /** Operations that are limited by traffic, and functions that are not. */
  public enum Function {
    ADD,
    MUL,
    RELU,
    COPY,
    EXP,
    TANH,
    SIGMOID,
    GELU,
    LOG;

    /** Whether it takes two inputs. */
    public boolean isBinary() {
      return this == ADD || this == MUL;
    }

    private double exact(double a, double b) {
      return switch (this) {
        case ADD -> a + b;
        case MUL -> a * b;
        case RELU -> Math.max(a, 0);
        case COPY -> a;
        case EXP -> Math.exp(a);
        case TANH -> Math.tanh(a);
        case SIGMOID -> 1 / (1 + Math.exp(-a));
        case GELU -> a * (1 + erf(a / Math.sqrt(2))) / 2;
        case LOG -> Math.log(a);
      };
    }
  }

  /** The error function by its Taylor series, for numbers of a few units at most. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 60; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  @Override
  public Cost cost() {
    return Cost.ofTraffic(function.isBinary() ? Traffic.TRIAD : Traffic.COPY, elements);
  }

  @Override
  public float[][] inputs() {
    if (function == Function.LOG) {
      return new float[][] {Inputs.between(1, elements, 0.1f, 4)};
    }
    float[] a = Inputs.between(1, elements, -3, 3);
    return function.isBinary()
        ? new float[][] {a, Inputs.between(2, elements, -3, 3)}
        : new float[][] {a};
  }

  /**
   * Gelu is accepted in its exact form and in the one that approximates it by tanh, which differ by
   * up to 5e-4: libraries have either.
   */
  @Override
  public void check(float[][] inputs, float[] result) {
    Comparison comparison = new Comparison(this, result, elements);
    comparison
        .samples()
        .forEach(i -> {
          double exact = function.exact(inputs[0][i], function.isBinary() ? inputs[1][i] : 0);
          double tolerance = function == Function.GELU ? 6e-4 : 1e-6 + 2e-6 * Math.abs(exact);
          comparison.check(i, exact, tolerance);
        });
  }
}
