package dev.tandem.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the JIT should have seen before it compiles the first loop. A loop over a long strip is
 * compiled after a few calls, by a profile of next to nothing, and what was decided then may stay
 * for good:
 *
 * <ul>
 *   <li>An {@code asSlice} that has hardly been called passes for rare and is left out of line;
 *       each slice is then an object of 40 bytes. So it went in 4 of 6 processes that computed
 *       nothing but {@code neg}, and in 0 of 6 with priming.
 *   <li>A call through {@link StripLoop} that has seen one or two loops is replaced by their code,
 *       though it may be code that is seldom reached. After three others it stays a call.
 * </ul>
 */
final class Priming {

  /**
   * Enough for a profile: the first compiler takes a method up after 200 calls. Takes some 30 ms in
   * a new process, nearly all of it for classes that every engine loads, and 1 ms afterwards.
   */
  private static final int TIMES = 2_000;

  private static final int BYTES = 64;

  private Priming() {}

  /** Returns the number of bytes sliced, so that no slice can be left out. */
  static long run() {
    StripLoop[] loops = {
      (a, b, c, out, spare, n) -> {},
      (a, b, c, out, spare, n) -> out.uniform = false,
      (a, b, c, out, spare, n) -> out.offset = 0
    };
    Strip strip = new Strip();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2 * BYTES);
      long bytes = 0;
      for (int i = 0; i < TIMES; i++) {
        StripLoop.call(loops[i % loops.length], strip, strip, strip, strip, strip, 0);
        bytes += memory.asSlice(i % BYTES, BYTES).byteSize();
        bytes += memory.asSlice(i % BYTES).byteSize();
      }
      return bytes;
    }
  }
}
