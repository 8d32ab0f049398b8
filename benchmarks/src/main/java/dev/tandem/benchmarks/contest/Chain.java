package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;

/**
 * Six elementwise operations in a row on two vectors: {@code max((a * b + a - b) * b, a) + b}. One
 * pass over memory suffices; done one by one they take six.
 *
 * @param elements of each input
 */
public record Chain(int elements) implements Problem {

  @Override
  public Cost cost() {
    return Cost.ofTraffic(Traffic.TRIAD, elements);
  }

  @Override
  public float[][] inputs() {
    return new float[][] {Inputs.around0(1, elements), Inputs.around0(2, elements)};
  }

  @Override
  public void check(float[][] inputs, float[] result) {
    Comparison comparison = new Comparison(this, result, elements);
    comparison
        .samples()
        .forEach(i -> {
          double a = inputs[0][i];
          double b = inputs[1][i];
          comparison.check(i, Math.max((a * b + a - b) * b, a) + b, 2e-6);
        });
  }
}
