package dev.tandem;

/**
 * Box and Muller's transform of 16 uniform numbers into 16 normal ones, in float32 and with the
 * very roundings of PyTorch's AVX2 code, so that {@link Generator#normal} gives PyTorch's bits.
 *
 * <p>PyTorch does not use the C library's logarithm, sine and cosine here but the single precision
 * polynomials of Moshier's Cephes library, compiled with fused multiply-add. A correctly rounded
 * {@code log} and {@code cos} would differ in the last bit of about one value in four, so the same
 * polynomials are evaluated here, in the same order, with {@link Math#fma} wherever the compiler
 * fuses. Which of two products in {@code a * b + c * d} is rounded first is the compiler's choice
 * as well: it is the second.
 *
 * <p>Only for the arguments that occur: logarithms of (0, 1], angles of [0, 2 pi).
 */
final class BoxMuller {

  /** How many numbers are transformed together. */
  static final int BLOCK = 16;

  private static final int HALF = BLOCK / 2;

  private static final float SQRT_HALF = 0.70710678f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  private static final float TWO_PI = 6.2831853f;
  private static final float FOUR_OVER_PI = 1.2732395f;
  // pi / 4 in three parts: the first two have so few bits that their products with an octant are
  // exact
  private static final float QUARTER_PI_1 = 0.78515625f;
  private static final float QUARTER_PI_2 = 2.4187564849853515625e-4f;
  private static final float QUARTER_PI_3 = 3.77489497744594108e-8f;

  private BoxMuller() {}

  /**
   * Replaces uniform numbers of [0, 1) by normal ones. Values j and j + 8 are made from uniform
   * numbers j (radius) and j + 8 (angle).
   *
   * @param block 16 numbers, changed in place
   */
  static void transform(float[] block, float mean, float standardDeviation) {
    for (int j = 0; j < HALF; j++) {
      float radius = (float) Math.sqrt(-2f * log(1f - block[j]));
      float angle = TWO_PI * block[j + HALF];

      // the multiple of pi / 4 nearest to the angle among the even ones, and what remains
      int octant = ((int) (angle * FOUR_OVER_PI) + 1) & ~1;
      float x = Math.fma(-QUARTER_PI_1, octant, angle);
      x = Math.fma(-QUARTER_PI_2, octant, x);
      x = Math.fma(-QUARTER_PI_3, octant, x);
      float sin = sin(x);
      float cos = cos(x);

      boolean quarterTurn = (octant & 2) != 0;
      boolean halfTurn = (octant & 4) != 0;
      float sinOfAngle = quarterTurn ? cos : sin;
      float cosOfAngle = quarterTurn ? -sin : cos;
      sinOfAngle = halfTurn ? -sinOfAngle : sinOfAngle;
      cosOfAngle = halfTurn ? -cosOfAngle : cosOfAngle;

      block[j] = Math.fma(radius * cosOfAngle, standardDeviation, mean);
      block[j + HALF] = Math.fma(radius * sinOfAngle, standardDeviation, mean);
    }
  }

  /** The natural logarithm of a normal number in (0, 1]. */
  private static float log(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = (bits >>> 23) - 126;
    float mantissa = Float.intBitsToFloat((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    float x;
    if (mantissa < SQRT_HALF) {
      exponent--;
      x = 2f * mantissa - 1f;
    } else {
      x = mantissa - 1f;
    }
    float squared = x * x;
    float y = 7.0376836292e-2f;
    y = Math.fma(y, x, -1.1514610310e-1f);
    y = Math.fma(y, x, 1.1676998740e-1f);
    y = Math.fma(y, x, -1.2420140846e-1f);
    y = Math.fma(y, x, 1.4249322787e-1f);
    y = Math.fma(y, x, -1.6668057665e-1f);
    y = Math.fma(y, x, 2.0000714765e-1f);
    y = Math.fma(y, x, -2.4999993993e-1f);
    y = Math.fma(y, x, 3.3333331174e-1f);
    y = y * x;
    y = Math.fma(y, squared, exponent * LN2_LOW);
    y = Math.fma(-0.5f, squared, y);
    return Math.fma(exponent, LN2_HIGH, x + y);
  }

  /** The sine of an angle in [-pi / 4, pi / 4]. */
  private static float sin(float x) {
    float squared = x * x;
    float y = -1.9515295891e-4f;
    y = Math.fma(y, squared, 8.3321608736e-3f);
    y = Math.fma(y, squared, -1.6666654611e-1f);
    return Math.fma(y * squared, x, x);
  }

  /** The cosine of an angle in [-pi / 4, pi / 4]. */
  private static float cos(float x) {
    float squared = x * x;
    float y = 2.443315711809948e-5f;
    y = Math.fma(y, squared, -1.388731625493765e-3f);
    y = Math.fma(y, squared, 4.166664568298827e-2f);
    y = y * squared;
    return Math.fma(y, squared, -0.5f * squared) + 1f;
  }
}
