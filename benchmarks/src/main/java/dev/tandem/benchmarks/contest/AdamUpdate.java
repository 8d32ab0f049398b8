package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;
import java.util.Arrays;

/**
 * Adam's update of a weight and its two moments from a gradient, in place. The corrections are
 * those of a fixed step, so that every call does the same.
 *
 * <p>Inputs are weight, first moment, second moment, gradient; the result is the first three after
 * one update, one behind the other.
 *
 * @param elements of each
 */
public record AdamUpdate(int elements) implements Problem {

  public static final float RATE = 1e-3f;
  public static final float BETA1 = 0.9f;
  public static final float BETA2 = 0.999f;
  public static final float EPSILON = 1e-8f;

  /** {@code RATE / (1 - BETA1^t)} for t = 10. */
  public static final float CORRECTED_RATE = (float) (RATE / (1 - Math.pow(BETA1, 10)));

  /** {@code 1 / (1 - BETA2^t)} for t = 10. */
  public static final float SECOND_CORRECTION = (float) (1 / (1 - Math.pow(BETA2, 10)));

  @Override
  public Cost cost() {
    return Cost.ofTraffic(Traffic.UPDATE, elements);
  }

  @Override
  public float[][] inputs() {
    return new float[][] {
      Inputs.around0(1, elements),
      Inputs.around0(2, elements),
      Inputs.between(3, elements, 0.1f, 1),
      Inputs.around0(4, elements)
    };
  }

  @Override
  public void check(float[][] inputs, float[] result) {
    Comparison comparison = new Comparison(this, result, 3 * elements);
    comparison
        .samples()
        .forEach(index -> {
          int i = index % elements;
          double gradient = inputs[3][i];
          double first = BETA1 * inputs[1][i] + (1 - BETA1) * gradient;
          double second = BETA2 * inputs[2][i] + (1 - BETA2) * gradient * gradient;
          double change =
              CORRECTED_RATE * first / (Math.sqrt(second * SECOND_CORRECTION) + EPSILON);
          double[] exact = {inputs[0][i] - change, first, second};
          comparison.check(index, exact[index / elements], 1e-6);
        });
  }

  /** Puts the three results together. */
  public static float[] joined(float[] weight, float[] first, float[] second) {
    float[] all = Arrays.copyOf(weight, 3 * weight.length);
    System.arraycopy(first, 0, all, weight.length, first.length);
    System.arraycopy(second, 0, all, 2 * weight.length, second.length);
    return all;
  }
}
