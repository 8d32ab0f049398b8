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

  private static final long L2_BYTES = CpuFacts.cacheBytes(2, 512 << 10);

  /** The greatest depth of a block. */
  static final int DEPTH = Integer.getInteger("tandem.cpu.matmul.depth", depth());

  /**
   * Floats from one row of a packed block of the left operand to the next: never a power of two.
   */
  static final int PITCH = DEPTH + 16;

  /** Rows of a packed block of the left operand, a multiple of every height of a tile. */
  static final int ROWS = rows(Integer.getInteger("tandem.cpu.matmul.rows", 0));

  /** Columns of a packed block of the right operand. */
  static final int COLUMNS = Integer.getInteger("tandem.cpu.matmul.columns", 2048);

  private static final int MIN_DEPTH = 256;
  private static final int MAX_DEPTH = 1024;
  private static final int EVERY_TILE = 24; // rows: a multiple of 12, 8 and 4
  private static final int MAX_ROWS = 192;

  private MatmulBlocking() {}

  /** Deep: the product is read and written once for every depth. */
  private static int depth() {
    return Math.clamp(Long.highestOneBit(L2_BYTES / 512), MIN_DEPTH, MAX_DEPTH);
  }

  /** So many that a block of the left operand takes about three eighths of the L2 cache. */
  private static int rows(int wanted) {
    long rows = wanted > 0 ? wanted : L2_BYTES * 3 / 8 / (4L * DEPTH);
    return Math.clamp(rows / EVERY_TILE * EVERY_TILE, EVERY_TILE, MAX_ROWS);
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
