package dev.tandem.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Memory outside the Java heap, which is what all kernels work on, and how the JIT comes to know.
 *
 * <p>A segment is of one of several classes. Where the JIT does not know which one, a slice of it
 * may stay an object for good. What it knows is usually a matter of profiles, and two things spoil
 * them: a loop that is compiled while the compiler has much to do has no profile of its own, and
 * that of {@code asSlice} itself is the whole process's. Four slices of an array or of a mapped
 * file, by anybody, in code that was compiled for memory outside the heap are enough.
 */
final class OffHeap {

  private static final Class<?> CLASS = MemorySegment.NULL.getClass();

  private OffHeap() {}

  /**
   * The same segment, of which the JIT then knows the class. Takes one instruction.
   *
   * <p>No more than a call: where a loop has no profile, the JIT puts only methods of up to six
   * bytes (MaxTrivialSize) in the place of their call. For the call in here there is one, which all
   * loops make.
   */
  static MemorySegment known(MemorySegment segment) {
    return checked(segment);
  }

  private static MemorySegment checked(MemorySegment segment) {
    if (segment.getClass() != CLASS) {
      throw foreign(segment);
    }
    return segment;
  }

  /** Whether it is such memory. */
  static boolean isKnown(MemorySegment segment) {
    return segment.getClass() == CLASS;
  }

  private static IllegalStateException foreign(MemorySegment segment) {
    return new IllegalStateException("not memory of this engine: " + segment);
  }
}
