package dev.tandem.gpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import org.jspecify.annotations.Nullable;

/**
 * A matmul in the words of cuBLAS, which thinks in columns: in memory its C is our product read as
 * columns, so C is the transposed product, [n, m], and C = B' A' with the right matrix first. Pure
 * arithmetic; {@link CublasMatmul} makes tasks of it.
 *
 * <p>The names are those of {@code cublasSgemmStridedBatched}, in its order: A is our right matrix,
 * B our left one, C the product, and m and n are our n and m.
 *
 * @param transposesA whether A lies in memory transposed
 * @param transposesB likewise
 * @param m rows of C
 * @param n columns of C
 * @param k terms of each sum
 * @param lda elements from one column of A, as it lies in memory, to the next
 * @param strideA elements from one A of the batch to the next; 0 if all are the same
 * @param ldb likewise of B
 * @param strideB likewise of B
 * @param ldc likewise of C
 * @param strideC likewise of C
 * @param count how many products
 */
record CublasCall(
    boolean transposesA,
    boolean transposesB,
    int m,
    int n,
    int k,
    int lda,
    long strideA,
    int ldb,
    long strideB,
    int ldc,
    long strideC,
    int count) {

  /** A matrix as columns that lie one behind the other. */
  private record Columns(boolean transposed, int leading, long stride) {}

  /**
   * The call that computes a matmul without its epilogue, to a product without gaps.
   *
   * @return null if one call cannot do it: a matrix with steps along both axes, a repeated row, a
   *     batch whose matrices do not follow each other at equal distances, or sums of nothing
   */
  static @Nullable CublasCall of(Kernel.Matmul kernel) {
    Columns right = columns(kernel, kernel.right(), kernel.k(), kernel.n());
    Columns left = columns(kernel, kernel.left(), kernel.m(), kernel.k());
    if (right == null || left == null || kernel.k() == 0) {
      return null;
    }
    return new CublasCall(
        right.transposed,
        left.transposed,
        kernel.n(),
        kernel.m(),
        kernel.k(),
        right.leading,
        right.stride,
        left.leading,
        left.stride,
        kernel.n(),
        (long) kernel.m() * kernel.n(),
        count(kernel));
  }

  /** A matrix of rows, read as columns: the steps along its two axes say whether and how. */
  private static @Nullable Columns columns(
      Kernel.Matmul kernel, Operand matrix, int rows, int columns) {
    int rank = kernel.batch().length;
    int alongColumn = matrix.stride(rank);
    int alongRow = matrix.stride(rank + 1);
    long stride = stride(kernel.batch(), matrix);
    if (stride < 0) {
      return null;
    }
    // of an axis of size 1 the step means nothing
    if ((columns == 1 || alongRow == 1) && (rows == 1 || alongColumn >= columns)) {
      return new Columns(false, rows == 1 ? columns : alongColumn, stride);
    }
    if ((rows == 1 || alongColumn == 1) && (columns == 1 || alongRow >= rows)) {
      return new Columns(true, columns == 1 ? rows : alongRow, stride);
    }
    return null;
  }

  /** Elements from one matrix of the batch to the next, or -1 if the distances are not equal. */
  private static long stride(int[] batch, Operand matrix) {
    long stride = 0;
    long matrices = 1; // of the axes that were seen, the last ones
    for (int axis = batch.length - 1; axis >= 0; axis--) {
      if (batch[axis] == 1) {
        continue;
      }
      if (matrices == 1) {
        stride = matrix.stride(axis);
      } else if (matrix.stride(axis) != stride * matrices) {
        return -1;
      }
      matrices *= batch[axis];
    }
    return stride;
  }

  private static int count(Kernel.Matmul kernel) {
    int count = 1;
    for (int size : kernel.batch()) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** Elements of all products. */
  long productElements() {
    return count * strideC;
  }
}
