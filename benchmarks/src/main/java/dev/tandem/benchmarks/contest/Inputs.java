package dev.tandem.benchmarks.contest;

import java.util.SplittableRandom;

/** Arrays of evenly distributed numbers, the same in every run. */
final class Inputs {

  private Inputs() {}

  /** Numbers in [-1, 1). */
  static float[] around0(int seed, long elements) {
    return between(seed, elements, -1, 1);
  }

  /** Numbers in [from, to). */
  static float[] between(int seed, long elements, float from, float to) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(elements)];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + (to - from) * random.nextFloat();
    }
    return values;
  }
}
