package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;

/**
 * The sizes of a matmul's blocks, from the registers and caches of this machine. A block of the
 * left operand stays in the L2 cache while all panels of the right one pass by; the right one is
 * packed into panels as wide as a tile.
 */
final class MatmulBlocking {

  /** Rows of a tile: with two vectors of columns, what the registers hold beside b and a. */
  static final int TILE_ROWS = Lanes.MANY_REGISTERS ? 12 : 4;

  /** Rows of a tile where the right operand is read in place. */
  static final int DIRECT_TILE_ROWS = Lanes.MANY_REGISTERS ? 8 : 4;

  /** Columns of a tile, and of a packed panel. */
  static final int WIDTH = 2 * LANES;

  /** The greatest depth of a block. */
  static final int DEPTH = depth();

  /**
   * Floats from one row of a packed block of the left operand to the next: never a power of two.
   */
  static final int PITCH = DEPTH + 16;

  /** Rows of a packed block of the left operand, a multiple of every height of a tile. */
  static final int ROWS = 96;

  /** Columns of a packed block of the right operand. */
  static final int COLUMNS = 2048;

  private static final int MIN_DEPTH = 256;
  private static final int MAX_DEPTH = 1024;
  private static final long USUAL_L2_BYTES = 512 << 10;

  private MatmulBlocking() {}

  /** So deep that a block of the left operand takes about three eighths of the L2 cache. */
  private static int depth() {
    long depth = CpuFacts.cacheBytes(2, USUAL_L2_BYTES) / 1024;
    return Math.clamp(Long.highestOneBit(depth), MIN_DEPTH, MAX_DEPTH);
  }

  /** The depth of each block when {@code k} is cut evenly. */
  static int blockDepth(int k) {
    int blocks = (k + DEPTH - 1) / DEPTH;
    return (int) Math.min(k, Lanes.wholeLines((k + blocks - 1) / blocks));
  }

  /** Floats of a panel of the given depth, with room for transposing in whole squares. */
  static int panelSize(int depth) {
    return WIDTH * (int) Lanes.wholeLines(depth);
  }
}
