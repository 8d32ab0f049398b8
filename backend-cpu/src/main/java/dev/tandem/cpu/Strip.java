package dev.tandem.cpu;

import java.lang.foreign.MemorySegment;

/**
 * A run of floats somewhere in native memory: what the loops read and write. A loop treats its
 * strips as whole vectors; whoever hands one out sees to it that the memory up to the next whole
 * vector may be touched.
 *
 * <p>Strips are long-lived and rebound, never allocated in the hot path.
 */
final class Strip {

  /** The memory it lies in. */
  MemorySegment segment;

  /** Its first byte in {@link #segment}. */
  long offset;

  /** Whether it is a single vector with the same value in every lane, standing for all elements. */
  boolean uniform;

  Strip(MemorySegment segment, long offset, boolean uniform) {
    this.segment = segment;
    this.offset = offset;
    this.uniform = uniform;
  }

  /** An unbound strip. */
  Strip() {
    this(MemorySegment.NULL, 0, false);
  }

  void bind(MemorySegment segment, long offset) {
    this.segment = segment;
    this.offset = offset;
  }

  /**
   * The bytes of its first {@code n} floats, {@code n} whole vectors. Every loop slices {@link
   * #segment} itself, with {@link #offset} and this length, so that the JIT sees the bounds and
   * keeps the slice out of memory: a slice that a method returns or is given becomes an object
   * wherever that method is not inlined.
   */
  long bytes(int n) {
    return (uniform ? Lanes.LANES : n) * 4L;
  }
}
