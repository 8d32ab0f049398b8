package dev.tandem.cpu;

import java.util.Arrays;

/**
 * The matmul of a matrix and a vector, row by row: each result is the product of the vector and a
 * contiguous row, at the speed at which the matrix can be read.
 *
 * <p>Blocks of terms have fixed sizes and their sums are added in order and in double, so the bits
 * do not depend on the number of threads, which take groups of rows.
 */
final class MatrixVectorRows implements PreparedKernel, Parallel.Work {

  private final Parallel parallel;
  private final MatrixVectorOperands operands;
  private final int rowsPerChunk;
  private final int chunks;
  private final int blocks; // of terms
  private final float[][] sums; // of a block, for each participant
  private final double[][] totals; // for each participant

  MatrixVectorRows(MatrixVectorOperands operands, Parallel parallel) {
    this.parallel = parallel;
    this.operands = operands;
    this.rowsPerChunk =
        RowGroup.rowsOfChunk(operands.resultStep(), operands.results(), parallel.threads());
    this.chunks = (operands.results() + rowsPerChunk - 1) / rowsPerChunk;
    this.blocks = operands.leastBlocks();
    this.sums = CacheLines.floats(parallel.threads(), rowsPerChunk + Lanes.LANES);
    this.totals = new double[parallel.threads()][blocks == 1 ? 0 : rowsPerChunk];
  }

  @Override
  public double nanos() {
    return operands.nanos();
  }

  @Override
  public void run() {
    parallel.run(this, chunks, nanos());
  }

  @Override
  public void begin(int participant) {}

  @Override
  public void run(int participant, int chunk) {
    float[] blockSums = sums[participant];
    double[] rowTotals = totals[participant];
    int first = chunk * rowsPerChunk;
    int end = Math.min(operands.results(), first + rowsPerChunk);
    int fours = (end - first) & -RowGroup.ROWS;
    multiply(first, fours, first, blockSums, rowTotals);
    if (first + fours < end) {
      // the last four overlap those before them, which may be another thread's to store
      int start = operands.results() - RowGroup.ROWS;
      multiply(start, RowGroup.ROWS, first + fours, blockSums, rowTotals);
    }
  }

  /** Multiplies rows, a multiple of four of them, and stores the results from one of them on. */
  private void multiply(int first, int rows, int firstStored, float[] sums, double[] totals) {
    if (rows == 0) {
      return;
    }
    if (blocks == 1) {
      dot(first, rows, 0, operands.terms(), sums);
    } else {
      sumBlocks(first, rows, sums, totals);
    }
    int quarter = rows / RowGroup.ROWS;
    for (int place = 0; place < RowGroup.ROWS; place++) {
      int start = first + place * quarter;
      int row = Math.max(0, firstStored - start);
      if (row < quarter) {
        int from = row * RowGroup.ROWS + place;
        operands.store(start + row, sums, from, RowGroup.ROWS, quarter - row);
      }
    }
  }

  /** Leaves the totals of all blocks where the sums of each were. */
  private void sumBlocks(int first, int rows, float[] sums, double[] totals) {
    Arrays.fill(totals, 0, rows, 0);
    for (int block = 0; block < blocks; block++) {
      int term = operands.firstTerm(block, blocks);
      dot(first, rows, term, operands.firstTerm(block + 1, blocks) - term, sums);
      for (int row = 0; row < rows; row++) {
        totals[row] += sums[row];
      }
    }
    for (int row = 0; row < rows; row++) {
      sums[row] = (float) totals[row];
    }
  }

  private void dot(int first, int rows, int term, int terms, float[] sums) {
    MatrixVectorLoops.dot(
        operands.matrixMemory(),
        operands.matrixByte(first, term),
        4L * operands.resultStep(),
        rows,
        operands.vectorMemory(),
        operands.vectorByte(term),
        terms,
        sums);
  }
}
