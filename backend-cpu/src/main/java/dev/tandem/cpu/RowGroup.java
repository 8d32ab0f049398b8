package dev.tandem.cpu;

/**
 * How many rows of a matrix to read as a group, of which four are taken at a time, one from each
 * quarter. A processor fetches ahead in each of several places, if they are far enough from each
 * other: from memory that is up to half as fast again as four neighbouring rows.
 */
final class RowGroup {

  /** Rows that are taken at once. */
  static final int ROWS = 4;

  /** About how long it takes to read a float of such a matrix, in nanoseconds. */
  static final double NANOS_PER_ELEMENT = 0.08;

  private static final long BYTES = 1 << 20;

  /** Rows of a chunk, at least and at most. */
  private static final int LEAST_ROWS = 64;

  private static final int MOST_ROWS = 4096;

  private static final int CHUNKS_PER_THREAD = 4;

  private RowGroup() {}

  /**
   * The rows of a group, in whole fours.
   *
   * @param rowStep floats from one row to the next
   */
  static int rows(int rowStep, int least, int most) {
    return Math.clamp(BYTES / (4L * Math.max(1, rowStep)), least, most) & -ROWS;
  }

  /** The rows of a group of which threads take one after another, so that each gets some. */
  static int rowsOfChunk(int rowStep, int rows, int threads) {
    int share = rows / (CHUNKS_PER_THREAD * threads);
    int least = Math.clamp(rows / threads & -ROWS, ROWS, LEAST_ROWS);
    return rows(rowStep, least, Math.clamp(share, least, MOST_ROWS));
  }
}
