package dev.tandem.cpu;

/**
 * Keeps what one thread writes to all the time from what another thread does: two things in one
 * cache line, or in two that are fetched together, are taken from one core by the other.
 */
final class CacheLines {

  /** Between longs of different threads, in longs: processors fetch two lines at a time. */
  static final int APART = 16;

  private CacheLines() {}

  /**
   * For an object that one thread writes to: one that makes a margin as the last thing when it is
   * made has it behind itself, and the next object behind that.
   */
  static byte[] margin() {
    return new byte[Long.BYTES * APART];
  }

  /** An array for each of {@code threads} threads, with a margin behind it. */
  static float[][] floats(int threads, int n) {
    return new float[threads][n + Long.BYTES * APART / Float.BYTES];
  }
}
