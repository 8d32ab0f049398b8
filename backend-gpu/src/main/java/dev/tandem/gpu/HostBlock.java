package dev.tandem.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory with its arena. */
record HostBlock(Arena arena, MemorySegment memory) {

  /** Bytes; as the contract of a schedule wants it. */
  static final int ALIGNMENT = 64;

  /** New memory, all zeros. */
  @SuppressWarnings("MustBeClosedChecker") // whoever gets the block closes it
  static HostBlock allocate(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      return new HostBlock(arena, arena.allocate(Math.max(bytes, 1), ALIGNMENT));
    } catch (OutOfMemoryError tooLittle) {
      arena.close();
      throw tooLittle;
    }
  }

  void close() {
    arena.close();
  }
}
