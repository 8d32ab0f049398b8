package dev.tandem.benchmarks.limits;

/**
 * How a computation moves memory. Bytes count what the program reads and writes; that a cache
 * fetches a line before it is overwritten is not counted.
 */
public enum Traffic {
  /** Reads one array. */
  READ(1),
  /** Writes one array. */
  FILL(1),
  /** Reads one array, writes another. */
  COPY(2),
  /** Reads two arrays, writes a third. */
  TRIAD(3),
  /** Reads four arrays, overwrites three of them: an optimizer with two moments. */
  UPDATE(4);

  private final int arrays;

  Traffic(int arrays) {
    this.arrays = arrays;
  }

  /** How many arrays take part. */
  public int arrays() {
    return arrays;
  }

  /** How many times an element is read or written, all arrays together. */
  public int streams() {
    return this == UPDATE ? 7 : arrays;
  }
}
