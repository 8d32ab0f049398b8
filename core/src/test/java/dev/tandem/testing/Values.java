package dev.tandem.testing;

import java.util.Random;

/** Data for tests: the same for the same seed. */
public final class Values {

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -0.5f,
    1.5f,
    -1.5f,
    2f,
    -2f,
    3f,
    -3f,
    2.5f,
    -2.5f,
    0.1f,
    -0.1f,
    0.625f,
    1e-3f,
    -1e-3f,
    1e-20f,
    -1e-20f,
    7.75f,
    -7.75f,
    20f,
    -20f,
    88.5f,
    -88.5f,
    89f,
    -89f,
    -103f,
    -104f,
    1e4f,
    -1e4f,
    8388608.5f,
    -8388607.5f,
    1e10f,
    -1e10f,
    1e30f,
    -1e30f,
    (float) Math.PI,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private final Random random;

  public Values(long seed) {
    random = new Random(seed);
  }

  /**
   * Zeros of both signs, subnormal and huge numbers, infinities, NaN and thresholds of functions.
   */
  public static float[] special() {
    return SPECIAL.clone();
  }

  /** Numbers between -2 and 2. */
  public float[] uniform(int elements) {
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextFloat() * 4 - 2;
    }
    return values;
  }

  /** -1, 0 and 1: sums and products of these are exact in any order. */
  public float[] units(int elements) {
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextInt(3) - 1;
    }
    return values;
  }

  /** A third special values, a third between -10 and 10, a third of any magnitude. */
  public float[] anything(int elements) {
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] =
          switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> random.nextFloat() * 20 - 10;
            default -> Float.intBitsToFloat(random.nextInt());
          };
      // whether a signalling NaN stays one is nobody's business
      values[i] = Float.isNaN(values[i]) ? Float.NaN : values[i];
    }
    return values;
  }

  /** From 0 to bound - 1. */
  public int integer(int bound) {
    return random.nextInt(bound);
  }

  /** The numbers below {@code size}, shuffled. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T choice(T... options) {
    return options[random.nextInt(options.length)];
  }
}
