package dev.tandem.cpu;

/**
 * The sizes that blocks of memory come in: steps of 64 bytes up to 256, then four sizes for each
 * power of two, so that at most a fifth of a block is waste.
 */
final class SizeClasses {

  private static final int STEP = 64;
  private static final int PER_DOUBLING = 4;
  private static final long LINEAR_UP_TO = STEP * PER_DOUBLING;

  private SizeClasses() {}

  /** The least class with room for {@code bytes} bytes, at least one. */
  static int of(long bytes) {
    long lines = (bytes + STEP - 1) / STEP;
    if (lines <= PER_DOUBLING) {
      return (int) lines - 1;
    }
    // 2^k < lines / 4 <= 2^(k+1), in quarters of 4 * 2^k
    int k = 63 - Long.numberOfLeadingZeros((lines - 1) / PER_DOUBLING);
    long quarter = 1L << k;
    int quarters = (int) ((lines + quarter - 1) >> k) - PER_DOUBLING;
    return PER_DOUBLING * (k + 1) + quarters - 1;
  }

  /** How many bytes a block of this class has. */
  static long bytes(int sizeClass) {
    if (sizeClass < PER_DOUBLING) {
      return (sizeClass + 1L) * STEP;
    }
    int k = sizeClass / PER_DOUBLING - 1;
    int quarters = sizeClass % PER_DOUBLING + 1;
    return (LINEAR_UP_TO + (long) quarters * STEP) << k;
  }

  /** The greatest class of at most {@code bytes} bytes, at least 64. */
  static int notAbove(long bytes) {
    int sizeClass = of(bytes);
    return bytes(sizeClass) > bytes ? sizeClass - 1 : sizeClass;
  }
}
