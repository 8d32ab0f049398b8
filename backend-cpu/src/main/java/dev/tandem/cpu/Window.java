package dev.tandem.cpu;

import dev.tandem.schedule.Operand;
import java.util.Arrays;

/**
 * Where one operand's values lie, by rows and columns: the last axis of the iteration space is the
 * columns, all axes before it, counted as one, are the rows. Positions are in elements from the
 * start of the slot.
 */
final class Window {

  final int slot;
  final int offset;

  /** Elements from one column to the next. */
  final int step;

  /** Whether it walks rows and columns in order and without gaps. */
  final boolean flat;

  /** Whether it is one element, repeated everywhere. */
  final boolean uniform;

  /** Whether all rows are the same. */
  final boolean sameRows;

  /** Elements from one row to the next within the last of the row axes; 0 if there is none. */
  final int rowStep;

  /** The size of the last of the row axes; 1 if there is none. */
  final int runLength;

  private final int[] outer;
  private final int[] strides;
  private final int columns;

  /**
   * @param shape the iteration space, of any rank
   * @param strides of this operand over it
   */
  Window(int slot, int offset, int[] shape, int[] strides) {
    this.slot = slot;
    this.offset = offset;
    int rank = shape.length;
    int outerRank = Math.max(0, rank - 1);
    this.outer = Arrays.copyOf(shape, outerRank);
    this.strides = Arrays.copyOf(strides, outerRank);
    this.columns = rank == 0 ? 1 : shape[rank - 1];
    this.step = rank == 0 ? 0 : strides[rank - 1];
    this.rowStep = outerRank == 0 ? 0 : strides[outerRank - 1];
    this.runLength = outerRank == 0 ? 1 : shape[outerRank - 1];
    this.sameRows = Arrays.stream(this.strides).allMatch(stride -> stride == 0);
    this.uniform = sameRows && step == 0;
    this.flat = Operand.isContiguous(shape, strides);
  }

  /** The position of the first element of a row. */
  long rowStart(long row) {
    if (flat) {
      return offset + row * columns;
    }
    long position = offset;
    for (int axis = outer.length - 1; axis > 0; axis--) {
      position += row % outer[axis] * strides[axis];
      row /= outer[axis];
    }
    return outer.length == 0 ? position : position + row * strides[0];
  }

  /** How many rows from {@code row} on, {@code rows} at most, are {@link #rowStep} apart. */
  int run(long row, int rows) {
    return outer.length <= 1 ? rows : (int) Math.min(rows, runLength - row % runLength);
  }
}
