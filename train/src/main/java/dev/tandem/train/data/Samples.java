package dev.tandem.train.data;

/**
 * Encoded rows, as a model takes them: some rows of arrays that several samples share.
 *
 * @param allFeatures row-major, {@code width} a row
 * @param width features in a row
 * @param allTargets standardised, one for each row of {@code allFeatures}
 * @param rows which of the rows these are
 */
public record Samples(float[] allFeatures, int width, float[] allTargets, int[] rows) {

  /** How many rows these are. */
  public int size() {
    return rows.length;
  }

  /** Copies the features of one of these rows to another row of an array of the same width. */
  public void copyFeatures(int row, float[] target, int targetRow) {
    System.arraycopy(allFeatures, rows[row] * width, target, targetRow * width, width);
  }

  /** The standardised target of one of these rows. */
  public float target(int row) {
    return allTargets[rows[row]];
  }
}
