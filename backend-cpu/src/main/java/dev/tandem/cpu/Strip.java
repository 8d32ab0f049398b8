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

  /** The memory of its first {@code n} floats, bounds-checked; {@code n} is whole vectors. */
  MemorySegment floats(int n) {
    return segment.asSlice(offset, (uniform ? Lanes.LANES : n) * 4L);
  }
}
