package dev.tandem.train.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

  /**
   * Copies the features of one of these rows.
   *
   * @param offset of the first one in {@code target}, in floats
   */
  public void copyFeatures(int row, MemorySegment target, long offset) {
    MemorySegment.copy(
        allFeatures,
        rows[row] * width,
        target,
        ValueLayout.JAVA_FLOAT,
        offset * Float.BYTES,
        width);
  }

  /** The standardised target of one of these rows. */
  public float target(int row) {
    return allTargets[rows[row]];
  }
}
