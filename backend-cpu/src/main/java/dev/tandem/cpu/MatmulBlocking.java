package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;

/**
 * The sizes of a matmul's blocks, from the registers and caches of this machine. A block of the
 * left operand stays in the L2 cache while all panels of the right one pass by; the right one is
 * packed into panels as wide as a tile.
 *
 * <p>System properties override the sizes, rounded to what the tiles need: {@code
 * tandem.cpu.matmul.depth}, {@code .rows}, {@code .columns}, {@code .direct} and {@code .stream}.
 */
final class MatmulBlocking {

  /** Rows of a tile, at most: with two vectors of columns, what registers hold beside b and a. */
  static final int TILE_ROWS = Lanes.MANY_REGISTERS ? 12 : 6;

  /** Rows of each of the last two tiles, at most, where they have no more than that together. */
  private static final int LOW_TILE_ROWS = TILE_ROWS * 2 / 3;

  /** Columns of a tile, and of a packed panel. */
  static final int WIDTH = 2 * LANES;

  static final long L2_BYTES = CpuFacts.cacheBytes(2, 512 << 10);

  /**
   * The greatest depth of a block. Deep, since the product is read and written once for every
   * depth; and so that with {@link #ROWS} a block of the left operand takes three eighths of L2.
   */
  static final int DEPTH = setting("depth", L2_BYTES / 512, 256, 1024, 16);

  /**
   * Floats from one row of a packed block of the left operand to the next: never a power of two.
   */
  static final int PITCH = DEPTH + 16;

  /** Rows of a packed block of the left operand, a multiple of every height of a tile. */
  static final int ROWS = setting("rows", L2_BYTES * 3 / 8 / (4L * DEPTH), 24, 192, 24);

  /** Columns of a packed block of the right operand. */
  static final int COLUMNS = setting("columns", 2048, 2048, 2048, WIDTH);

  /**
   * Up to this many elements a right operand is read in place instead of packed, whatever the rows.
   * By default only products of up to 128 rows do it, which packing would cost a twentieth. With
   * more, alone on the machine, it gains up to 3 %, and loses up to 20 % when others use the
   * caches; with 16 registers it loses 30 %.
   */
  static final int DIRECT_UP_TO = Integer.getInteger("tandem.cpu.matmul.direct", 0);

  /**
   * Where the data of an array begin, at a whole number of vectors from each other. A large array
   * has pages of its own, and behind its header of 16 bytes this is the start of a cache line: then
   * no vector spans two of them, which on some processors makes the kernel a tenth faster, and
   * small products a fifth.
   */
  static final int START = 12;

  /** Where a packed block of the left operand begins, behind a tile. */
  static final int BLOCK = START + TILE_ROWS * WIDTH;

  /** Where it ends; transposing may overshoot by a square. */
  static final int BLOCK_END = BLOCK + (ROWS + Lanes.PADDING) * PITCH;

  /** Up to this many floats of packed panels each thread packs its own: twice L2. */
  static final long OWN_PANELS = START + 2 * L2_BYTES / 4;

  /**
   * How many rows of a right operand from beyond L2 are worked on at a time where it is read in
   * place. Down the whole depth each row is on a page of its own, and processors do not fetch
   * ahead; along fewer rows they do. Measured on a Zen 5 with 4 to 16 rows on the left: from L3 a
   * third faster than 16 at a time, from memory as fast as any. (On a Zen 4, 16 rows of 16 KiB from
   * memory were a fifth faster 16 at a time.)
   */
  static final int STREAM_DEPTH = setting("stream", 96, 1, 1024, 1);

  private MatmulBlocking() {}

  /** What the user wants, or else what suits the machine within limits; in whole {@code steps}. */
  private static int setting(String name, long suitable, int least, int most, int steps) {
    int wanted = Integer.getInteger("tandem.cpu.matmul." + name, Math.clamp(suitable, least, most));
    return Math.max(1, wanted / steps) * steps;
  }

  /** The depth of each block when {@code k} is cut evenly. */
  static int blockDepth(int k) {
    int blocks = (k + DEPTH - 1) / DEPTH;
    return (int) Math.min(k, Lanes.wholeLines((k + blocks - 1) / blocks));
  }

  /** Rows of the next tile, where so many are left. */
  static int tileRows(int rowsLeft) {
    boolean twoLow = rowsLeft > TILE_ROWS && rowsLeft <= 2 * LOW_TILE_ROWS;
    return twoLow ? LOW_TILE_ROWS : Math.min(TILE_ROWS, rowsLeft);
  }

  /** Where a packed panel begins in its array, and where those before it end. */
  static int panelStart(int panel, int depth) {
    return START + panel * panelSize(depth);
  }

  /** Floats of a panel of the given depth, with room for transposing in whole squares. */
  static int panelSize(int depth) {
    return WIDTH * (int) Lanes.wholeLines(depth);
  }
}
