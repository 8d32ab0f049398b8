package dev.tandem.cpu;

/**
 * How many rows of a matrix to read as a group, of which four are taken at a time, one from each
 * quarter. A processor fetches ahead in each of several places, if they are far enough from each
 * other: from memory that is up to half as fast again as four neighbouring rows.
 */
final class RowGroup {

  /** Rows that are taken at once. */
  static final int ROWS = 4;

  private static final long BYTES = 256 << 10;

  private RowGroup() {}

  /**
   * The rows of a group, in whole fours.
   *
   * @param rowStep floats from one row to the next
   */
  static int rows(int rowStep, int least, int most) {
    return Math.clamp(BYTES / (4L * Math.max(1, rowStep)), least, most) & -ROWS;
  }
}
