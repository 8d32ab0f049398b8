package dev.tandem.gpu;

/**
 * How a matmul is cut up. All numbers are powers of two.
 *
 * @param rows of the product that a group of threads computes
 * @param columns likewise
 * @param depth of the slabs in shared memory
 * @param rowsOfThread rows of the product that one thread computes
 * @param columnsOfThread likewise
 */
record MatmulTile(int rows, int columns, int depth, int rowsOfThread, int columnsOfThread) {

  /** 8 x 8 sums a thread: 64 multiplications for 16 numbers read from shared memory. */
  static final MatmulTile LARGE = new MatmulTile(128, 128, 16, 8, 8);

  private static final MatmulTile MEDIUM = new MatmulTile(64, 64, 16, 4, 4);
  private static final MatmulTile SMALL = new MatmulTile(16, 16, 16, 1, 1);

  /** As many groups keep every part of a large device busy. */
  private static final int ENOUGH_GROUPS = 128;

  /** The largest tile of which there are enough. */
  static MatmulTile of(long products, int m, int n) {
    for (MatmulTile tile : new MatmulTile[] {LARGE, MEDIUM}) {
      boolean fills = m > tile.rows / 2 && n > tile.columns / 2;
      if (fills && products * tile.rowTiles(m) * tile.columnTiles(n) >= ENOUGH_GROUPS) {
        return tile;
      }
    }
    return SMALL;
  }

  int threadRows() {
    return rows / rowsOfThread;
  }

  int threadColumns() {
    return columns / columnsOfThread;
  }

  /** In a group. */
  int threads() {
    return threadRows() * threadColumns();
  }

  /** Elements from one row of the left slab to the next: one more, against bank conflicts. */
  int leftPitch() {
    return rows + 1;
  }

  int rightPitch() {
    return columns + 1;
  }

  /** Of both slabs. */
  int sharedBytes() {
    return depth * (leftPitch() + rightPitch()) * Float.BYTES;
  }

  int rowTiles(int m) {
    return (m - 1) / rows + 1;
  }

  int columnTiles(int n) {
    return (n - 1) / columns + 1;
  }
}
