package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.util.Arrays;

/**
 * The geometry of a matmul: sizes, and where element (row, column) of each matrix of each batch
 * lies.
 *
 * @param batches how many products there are
 * @param m rows of a product
 * @param n columns of a product
 * @param k length of the sums
 * @param left the left operand, [m, k]
 * @param right the right operand, [k, n]
 */
record MatmulShape(long batches, int m, int n, int k, Matrix left, Matrix right) {

  /**
   * One operand: a matrix for each batch.
   *
   * @param starts its place for each batch
   * @param rowStep elements from one row to the next
   * @param columnStep elements from one column to the next
   */
  record Matrix(Window starts, int rowStep, int columnStep) {

    /** The byte at which the matrix of a batch starts. */
    long start(long batch) {
      return 4 * starts.rowStart(batch);
    }

    /** The byte of an element of the matrix of a batch. */
    long at(long batch, int row, int column) {
      return start(batch) + 4L * row * rowStep + 4L * column * columnStep;
    }

    int slot() {
      return starts.slot;
    }
  }

  static MatmulShape of(Kernel.Matmul kernel) {
    long batches = 1;
    for (int size : kernel.batch()) {
      batches *= size;
    }
    return new MatmulShape(
        batches,
        kernel.m(),
        kernel.n(),
        kernel.k(),
        matrix(kernel.left(), kernel.batch()),
        matrix(kernel.right(), kernel.batch()));
  }

  private static Matrix matrix(Operand operand, int[] batch) {
    int rank = batch.length;
    // the batches are the rows of a window with a single column
    int[] shape = Arrays.copyOf(batch, rank + 1);
    shape[rank] = 1;
    int[] strides = Arrays.copyOf(operand.strides(), rank + 1);
    Window starts = new Window(operand.slot(), operand.offset(), shape, strides);
    return new Matrix(starts, operand.stride(rank), operand.stride(rank + 1));
  }

  /** Whether the right operand is larger than the L2 cache. */
  boolean isFar() {
    return 4L * k * n > MatmulBlocking.L2_BYTES;
  }

  /** Whether the right operand is larger than a core's share of the caches. */
  boolean isFromMemory() {
    return 4L * k * n > CpuFacts.SHARE_OF_CACHE;
  }

  /** Multiplications and additions of one product. */
  double operations() {
    return 2.0 * m * n * k;
  }
}
