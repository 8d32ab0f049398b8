package dev.tandem.cpu;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The arrays that a running matmul packs its operands into. They are large and needed for the
 * duration of one kernel only, so all executables of a backend take them from one shelf.
 */
final class MatmulWorkspace {

  /**
   * Floats of a thread's arrays at least. G1 divides the heap into regions and gives an array that
   * is larger than half of one pages of its own, so that what is in it begins at cache lines
   * ({@link MatmulBlocking#START}); an array that lies among others begins anywhere.
   */
  private static final int LEAST_FLOATS = largeArray(Runtime.getRuntime().maxMemory());

  /** Just more than half of a region, as large as G1 makes it by itself, 16 MiB at most here. */
  static int largeArray(long heapBytes) {
    long share = Math.clamp(heapBytes / 2048, 1L << 20, 16L << 20);
    long region = Long.highestOneBit(2 * share - 1); // rounded up to a power of two
    return (int) (region / 2 / Float.BYTES) + Lanes.PADDING;
  }

  /** What each thread needs for itself. */
  static final class Local {

    /**
     * A tile of the product from {@link MatmulBlocking#START} on, and a packed block of the left
     * operand from {@link MatmulBlocking#BLOCK} on.
     */
    final float[] tileAndBlock = new float[Math.max(LEAST_FLOATS, MatmulBlocking.BLOCK_END)];

    final float[] square = new float[Transposition.BUFFER];

    /** Packed panels of a right operand that no other thread works on. */
    float[] panels = {};

    void ensurePanels(int floats) {
      if (panels.length < floats) {
        panels = new float[Math.max(LEAST_FLOATS, floats)];
      }
    }
  }

  /** The workspaces that nobody uses at the moment. */
  static final class Shelf {

    private static final int PLACES = 8;

    private final AtomicReferenceArray<@Nullable MatmulWorkspace> places =
        new AtomicReferenceArray<>(PLACES);

    MatmulWorkspace take() {
      for (int i = 0; i < PLACES; i++) {
        MatmulWorkspace workspace = places.get(i) == null ? null : places.getAndSet(i, null);
        if (workspace != null) {
          return workspace;
        }
      }
      return new MatmulWorkspace();
    }

    /** Puts a workspace back; beyond a few it is left to the garbage collector. */
    void give(MatmulWorkspace workspace) {
      for (int i = 0; i < PLACES; i++) {
        if (places.compareAndSet(i, null, workspace)) {
          return;
        }
      }
    }
  }

  /** Packed panels of the right operand, shared by all threads. */
  float[] panels = {};

  Local[] locals = {};

  /** Sees to it that there is enough of everything. */
  void ensure(int panelFloats, int participants) {
    if (panels.length < panelFloats) {
      panels = new float[panelFloats];
    }
    if (locals.length < participants) {
      Local[] more = Arrays.copyOf(locals, participants);
      for (int i = locals.length; i < participants; i++) {
        more[i] = new Local();
      }
      locals = more;
    }
  }
}
