package dev.tandem.benchmarks.limits;

/** Where the data of a bandwidth measurement lies. */
public enum Level {
  L1,
  L2,
  L3,
  MEMORY;

  private static final long MEMORY_BYTES = 256L << 20;

  /**
   * How many bytes, over all threads, make a working set that lies in this level and not in the one
   * before: half of a cache, and for memory at least four times the last cache.
   */
  public long bytes(Caches caches, int threads) {
    return switch (this) {
      case L1 -> caches.l1() / 2 * threads;
      case L2 -> caches.l2() / 2 * threads;
      case L3 -> Math.max(caches.l3() / 2, caches.l2() * threads);
      case MEMORY -> Math.max(MEMORY_BYTES, Math.min(4 * caches.l3(), 4 * MEMORY_BYTES));
    };
  }
}
