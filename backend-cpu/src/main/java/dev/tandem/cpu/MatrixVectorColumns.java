package dev.tandem.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The matmul of a matrix and a vector where the results lie side by side: contiguous rows are added
 * up, each times an element of the vector, at the speed at which the matrix can be read.
 *
 * <p>Blocks of rows have fixed sizes and their sums are added in order and in double, so the bits
 * do not depend on the number of threads, which take some columns of a block at a time.
 */
final class MatrixVectorColumns implements PreparedKernel, Parallel.Work {

  /** Results that stay in the L1 cache while rows are added to them. */
  private static final int WIDTH = 4096;

  /** Up to here rows are short. */
  private static final int NARROW = 256;

  /** Pieces that the matrix is cut into, if each has enough elements. */
  private static final int LEAST_PIECES = 8;

  private static final int PIECE_ELEMENTS = 1 << 18;

  private final Parallel parallel;
  private final MatrixVectorOperands operands;
  private final boolean narrow;
  private final boolean far;
  private final int widths; // pieces side by side
  private final int blocks; // pieces of rows
  private final int rowsOfGroup;
  private final float[][] sums; // of a piece, for each participant
  private final double[] totals; // [blocks, results], of several blocks

  MatrixVectorColumns(MatrixVectorOperands operands, Parallel parallel) {
    this.parallel = parallel;
    this.operands = operands;
    this.narrow = operands.results() >= Lanes.LANES && operands.results() <= NARROW;
    this.far = operands.areFar(operands.results());
    this.widths = (operands.results() + WIDTH - 1) / WIDTH;
    this.blocks = Math.max(operands.leastBlocks(), blocksToShare());
    this.rowsOfGroup =
        RowGroup.rows(operands.termStep(), RowGroup.ROWS, MatrixVectorOperands.BLOCK_TERMS);
    this.sums =
        CacheLines.floats(
            parallel.threads(), Lanes.wholeVectors(Math.min(WIDTH, operands.results())));
    this.totals = new double[blocks == 1 ? 0 : Math.multiplyExact(blocks, operands.results())];
  }

  /** Into how many blocks the rows are cut for threads to share, however many there are. */
  private int blocksToShare() {
    int wanted = (LEAST_PIECES + widths - 1) / widths;
    return (int) Math.min(wanted, operands.elements() / PIECE_ELEMENTS);
  }

  @Override
  public double nanos() {
    return operands.nanos();
  }

  @Override
  public void run() {
    parallel.run(this, widths * blocks, nanos());
    if (blocks > 1) {
      addBlocks();
    }
  }

  private void addBlocks() {
    int results = operands.results();
    for (int block = 1; block < blocks; block++) {
      for (int result = 0; result < results; result++) {
        totals[result] += totals[block * results + result];
      }
    }
    for (int result = 0; result < results; result++) {
      operands.store(result, totals[result]);
    }
  }

  @Override
  public void begin(int participant) {}

  @Override
  public void run(int participant, int chunk) {
    float[] row = sums[participant];
    int block = chunk / widths;
    int first = chunk % widths * WIDTH;
    int n = Math.min(WIDTH, operands.results() - first);
    Arrays.fill(row, 0);
    int start = operands.firstTerm(block, blocks);
    int end = operands.firstTerm(block + 1, blocks);
    int fours = start + ((end - start) & -RowGroup.ROWS);
    for (int term = start; term < fours; term += rowsOfGroup) {
      addFours(term, Math.min(rowsOfGroup, fours - term), first, n, row);
    }
    if (narrow) {
      MatrixVectorLoops.joinLast(n, row);
    }
    for (int term = fours; term < end; term++) {
      MatrixVectorLoops.addOne(
          operands.matrixMemory(), operands.matrixByte(first, term), operands.factor(term), n, row);
    }
    if (blocks == 1) {
      operands.store(first, row, n);
      return;
    }
    int to = block * operands.results() + first;
    for (int i = 0; i < n; i++) {
      totals[to + i] = row[i];
    }
  }

  /** Adds whole fours of rows of the matrix, one from each quarter of them at a time. */
  private void addFours(int start, int count, int first, int n, float[] row) {
    MemorySegment matrix = operands.matrixMemory();
    if (narrow) {
      MatrixVectorLoops.addNarrow(
          matrix,
          operands.matrixByte(first, start),
          4L * operands.termStep(),
          count,
          operands.vectorMemory(),
          operands.vectorByte(start),
          4L * operands.vectorStep(),
          n,
          row);
      return;
    }
    int quarter = count / RowGroup.ROWS;
    long pitch = 4L * quarter * operands.termStep();
    for (int term = start; term < start + quarter; term++) {
      long place = operands.matrixByte(first, term);
      float a = operands.factor(term);
      float b = operands.factor(term + quarter);
      float c = operands.factor(term + 2 * quarter);
      float d = operands.factor(term + 3 * quarter);
      if (far && n % Lanes.LANES == 0) {
        MatrixVectorLoops.addInOrder(matrix, place, pitch, a, b, c, d, n, row);
      } else {
        MatrixVectorLoops.add(matrix, place, pitch, a, b, c, d, n, row);
      }
    }
  }
}
