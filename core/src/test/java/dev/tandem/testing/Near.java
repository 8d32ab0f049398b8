package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.Tensor;
import java.util.Arrays;

/** Compares tensors with values that were computed elsewhere, in another order of summation. */
final class Near {

  private Near() {}

  /**
   * Compares element by element.
   *
   * @param scale for each element the sum of the magnitudes that it consists of
   * @param epsilons how many roundings of that are allowed, in units of 2^-24
   */
  static void assertNear(
      String what, Tensor actual, float[] expected, float[] scale, double epsilons) {
    float[] values = actual.toArray();
    assertThat(values).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      double allowed = scale[i] * epsilons * 0x1p-24;
      double error = Math.abs((double) values[i] - expected[i]);
      if (!(error <= allowed)) {
        fail(
            "%s: element %d is %s instead of %s: off by %.3g, allowed %.3g"
                .formatted(what, i, values[i], expected[i], error, allowed));
      }
    }
  }

  /** Compares within so many roundings of the greatest magnitude. */
  static void assertNear(String what, Tensor actual, float[] expected, double epsilons) {
    float greatest = 0;
    for (float value : expected) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    float[] scale = new float[expected.length];
    Arrays.fill(scale, greatest);
    assertNear(what, actual, expected, scale, epsilons);
  }
}
