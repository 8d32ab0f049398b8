package dev.tandem.cpu;

import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The matmul of one matrix and one vector, at the speed at which the matrix can be read. Where its
 * rows, which are multiplied with the vector, are contiguous, each result is the product of one of
 * them; where its columns are, they are added up, each times an element of the vector.
 *
 * <p>Blocks have fixed sizes and their sums are added in order and in double, so the bits do not
 * depend on the number of threads.
 */
final class MatrixVectorKernel implements PreparedKernel, Parallel.Work {

  /** Terms that are summed in float, at most. */
  private static final int DEPTH = 8192;

  /** Results that stay in the L1 cache while columns are added to them. */
  private static final int WIDTH = 4096;

  /** Results of a chunk where each is the product of a row, at least and at most. */
  private static final int LEAST_ROWS = 64;

  private static final int MOST_ROWS = 1024;

  private static final int CHUNKS_PER_THREAD = 4;

  /** From so many elements on it matters in which order a row is loaded. */
  private static final int LONG_ROW = 512;

  /** Pieces that columns are cut into, if each has enough elements. */
  private static final int LEAST_PIECES = 8;

  private static final int PIECE_ELEMENTS = 1 << 18;

  private static final double NANOS_PER_ELEMENT = 0.08;

  /**
   * How the operands lie.
   *
   * @param results how many results there are
   * @param terms how many terms each result sums up
   * @param resultStep elements of the matrix from one result to the next
   * @param termStep elements of the matrix from one term to the next
   * @param vectorStep elements of the vector from one term to the next
   */
  record Layout(int results, int terms, int resultStep, int termStep, int vectorStep) {

    /** Whether the products of rows are taken. */
    private boolean byRows() {
      return termStep == 1 && vectorStep == 1 && terms >= Lanes.LANES;
    }

    /** Whether this kernel can do it: four rows or columns at a time, of a contiguous matrix. */
    boolean suits() {
      return results >= RowGroup.ROWS && terms >= RowGroup.ROWS && (byRows() || resultStep == 1);
    }
  }

  private final Slots slots;
  private final Parallel parallel;
  private final Operand matrix;
  private final Operand vector;
  private final Operand target; // dense
  private final Layout layout;
  private final boolean byRows;
  private final boolean inOrder; // whether rows are long and come from memory
  private final int width; // results of a chunk
  private final int widths; // chunks of results
  private final int blocks; // of terms
  private final float[][] sums; // of each participant
  private final double[][] totals; // of each participant
  private final double[] parts; // [blocks, results], where columns are added in several blocks

  /**
   * @param layout one that this kernel suits
   */
  MatrixVectorKernel(
      Operand matrix, Operand vector, Operand target, Layout layout, Preparation preparation) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.matrix = matrix;
    this.vector = vector;
    this.target = target;
    this.layout = layout;
    this.byRows = layout.byRows();
    long bytes = 4L * layout.results * layout.terms;
    int rowLength = byRows ? layout.terms : layout.results;
    this.inOrder = Lanes.FREE_FENCES && rowLength >= LONG_ROW && bytes > CpuFacts.SHARE_OF_CACHE;
    this.width = byRows ? rowsOfChunk() : WIDTH;
    this.widths = (layout.results + width - 1) / width;
    this.blocks = Math.max((layout.terms + DEPTH - 1) / DEPTH, byRows ? 1 : blocksToShare());
    this.sums = new float[parallel.threads()][width + Lanes.LANES];
    this.totals = new double[parallel.threads()][byRows ? width : 0];
    this.parts = new double[byRows || blocks == 1 ? 0 : Math.multiplyExact(blocks, layout.results)];
  }

  private int rowsOfChunk() {
    int share = layout.results / (CHUNKS_PER_THREAD * parallel.threads());
    return RowGroup.rows(layout.resultStep, LEAST_ROWS, Math.clamp(share, LEAST_ROWS, MOST_ROWS));
  }

  /** Into how many blocks few columns are cut for threads to share, however many there are. */
  private int blocksToShare() {
    long elements = (long) layout.results * layout.terms;
    int wanted = (LEAST_PIECES + widths - 1) / widths;
    return (int) Math.min(wanted, elements / PIECE_ELEMENTS);
  }

  @Override
  public double nanos() {
    return 20 + NANOS_PER_ELEMENT * layout.results * layout.terms;
  }

  @Override
  public void run() {
    parallel.run(this, byRows ? widths : widths * blocks, nanos());
    if (parts.length > 0) {
      addParts();
    }
  }

  private void addParts() {
    int results = layout.results;
    for (int block = 1; block < blocks; block++) {
      for (int result = 0; result < results; result++) {
        parts[result] += parts[block * results + result];
      }
    }
    MemorySegment to = slots.segments[target.slot()];
    for (int result = 0; result < results; result++) {
      store(to, result, parts[result]);
    }
  }

  @Override
  public void begin(int participant) {}

  @Override
  public void run(int participant, int chunk) {
    if (byRows) {
      int end = Math.min(layout.results, (chunk + 1) * width);
      multiplyRows(chunk * width, end, sums[participant], totals[participant]);
    } else {
      addColumns(chunk % widths, chunk / widths, sums[participant]);
    }
  }

  private void store(MemorySegment to, int result, double value) {
    to.set(ValueLayout.JAVA_FLOAT, 4L * (target.offset() + result), (float) value);
  }

  /** The first term of a block; all have about the same size, so none is shorter than a vector. */
  private int firstTerm(int block) {
    return (int) ((long) block * layout.terms / blocks);
  }

  private void multiplyRows(int first, int end, float[] sums, double[] totals) {
    int fours = (end - first) & -RowGroup.ROWS;
    multiplyRows(first, fours, first, sums, totals);
    if (first + fours < end) {
      // the last four overlap those before them, which may be another thread's to store
      int start = layout.results - RowGroup.ROWS;
      multiplyRows(start, RowGroup.ROWS, first + fours, sums, totals);
    }
  }

  /** Multiplies rows, a multiple of four of them, and stores the results from one of them on. */
  private void multiplyRows(int first, int rows, int firstStored, float[] sums, double[] totals) {
    if (rows == 0) {
      return;
    }
    Arrays.fill(totals, 0, rows, 0);
    for (int block = 0; block < blocks; block++) {
      int term = firstTerm(block);
      dot(first, term, firstTerm(block + 1) - term, rows, sums);
      for (int row = 0; row < rows; row++) {
        totals[row] += sums[row];
      }
    }
    MemorySegment to = slots.segments[target.slot()];
    int quarter = rows / RowGroup.ROWS;
    for (int result = firstStored; result < first + rows; result++) {
      int row = result - first;
      store(to, result, totals[row % quarter * RowGroup.ROWS + row / quarter]);
    }
  }

  private void dot(int firstRow, int term, int terms, int rows, float[] sums) {
    MemorySegment from = slots.segments[matrix.slot()];
    MemorySegment factors = slots.segments[vector.slot()];
    long first = 4L * (matrix.offset() + (long) firstRow * layout.resultStep + term);
    long pitch = 4L * layout.resultStep;
    long at = 4L * (vector.offset() + term);
    if (inOrder && terms % Lanes.LANES == 0) {
      MatrixVectorLoops.dotInOrder(from, first, pitch, rows, factors, at, terms, sums);
    } else {
      MatrixVectorLoops.dot(from, first, pitch, rows, factors, at, terms, sums);
    }
  }

  private void addColumns(int chunk, int block, float[] row) {
    MemorySegment from = slots.segments[matrix.slot()];
    MemorySegment factors = slots.segments[vector.slot()];
    int first = chunk * WIDTH;
    int n = Math.min(WIDTH, layout.results - first);
    int end = firstTerm(block + 1);
    Arrays.fill(row, 0, n, 0);
    int group = RowGroup.rows(layout.termStep, RowGroup.ROWS, DEPTH);
    for (int term = firstTerm(block); term < end; term += group) {
      addRows(term, Math.min(group, end - term), first, n, from, factors, row);
    }
    if (parts.length == 0) {
      long to = 4L * (target.offset() + first);
      MemorySegment.copy(row, 0, slots.segments[target.slot()], ValueLayout.JAVA_FLOAT, to, n);
    } else {
      for (int i = 0; i < n; i++) {
        parts[block * layout.results + first + i] = row[i];
      }
    }
  }

  /** Adds some rows of the matrix, one from each quarter of them at a time. */
  private void addRows(
      int start,
      int count,
      int first,
      int n,
      MemorySegment from,
      MemorySegment factors,
      float[] row) {
    int quarter = count / RowGroup.ROWS;
    for (int term = start; term < start + quarter; term++) {
      long place = at(term, first);
      long pitch = 4L * quarter * layout.termStep;
      float a = factor(factors, term);
      float b = factor(factors, term + quarter);
      float c = factor(factors, term + 2 * quarter);
      float d = factor(factors, term + 3 * quarter);
      if (inOrder && n % Lanes.LANES == 0) {
        MatrixVectorLoops.addInOrder(from, place, pitch, a, b, c, d, n, row);
      } else {
        MatrixVectorLoops.add(from, place, pitch, a, b, c, d, n, row);
      }
    }
    for (int i = quarter * RowGroup.ROWS; i < count; i++) {
      MatrixVectorLoops.addOne(from, at(start + i, first), factor(factors, start + i), n, row);
    }
  }

  private long at(int term, int result) {
    return 4L * (matrix.offset() + (long) term * layout.termStep + result);
  }

  private float factor(MemorySegment factors, int term) {
    return factors.get(
        ValueLayout.JAVA_FLOAT, 4L * (vector.offset() + (long) term * layout.vectorStep));
  }
}
