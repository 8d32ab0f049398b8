package dev.tandem.cpu;

import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One matrix times one vector, at the speed at which the matrix can be read. Where its rows, which
 * are multiplied with the vector, are contiguous, each result is the product of one of them; where
 * its columns are, they are added up, each times an element of the vector.
 *
 * <p>Blocks have fixed sizes and their sums are added in order and in double, so the bits do not
 * depend on the number of threads.
 */
final class MatrixVectorKernel implements PreparedKernel, Parallel.Work {

  /** Terms that are summed in float, at most. */
  private static final int DEPTH = 8192;

  /** Results that stay in the L1 cache while columns are added to them. */
  private static final int WIDTH = 2048;

  /** Results of a chunk where each is the product of a row. */
  private static final int ROWS = 64;

  private static final double NANOS_PER_ELEMENT = 0.08;

  private final Slots slots;
  private final Parallel parallel;
  private final Operand matrix; // [results, k]
  private final Operand vector; // [k]
  private final Operand target; // [results], dense
  private final int results;
  private final int k;
  private final int resultStep; // from one result's row to the next
  private final int depthStep; // from one term to the next
  private final int vectorStep;
  private final int widths; // chunks of results
  private final int blocks; // of terms
  private final int depths; // blocks that are worked on apart
  private final float[][] sums; // of each participant
  private final double[] parts; // [depths, results], where there are several depths

  /**
   * @param steps of the matrix from result to result and from term to term, and of the vector from
   *     term to term; the matrix has a step of 1, see {@link #suits}
   */
  MatrixVectorKernel(
      Operand matrix,
      Operand vector,
      Operand target,
      int results,
      int k,
      int[] steps,
      Preparation p) {
    this.slots = p.slots();
    this.parallel = p.parallel();
    this.matrix = matrix;
    this.vector = vector;
    this.target = target;
    this.results = results;
    this.k = k;
    this.resultStep = steps[0];
    this.depthStep = steps[1];
    this.vectorStep = steps[2];
    int width = isByRows() ? ROWS : WIDTH;
    this.widths = (results + width - 1) / width;
    this.blocks = (k + DEPTH - 1) / DEPTH;
    this.depths = isByRows() ? 1 : blocks;
    int floats = isByRows() ? MatrixVectorLoops.ROWS * Lanes.LANES : WIDTH;
    this.sums = new float[parallel.threads()][floats];
    this.parts = new double[depths > 1 ? depths * results : 0];
  }

  /**
   * Whether there are enough results for four at once, and one axis of the matrix is contiguous:
   * that of the terms, in which case the vector has to be, too, or that of the results.
   *
   * @param steps as in the constructor
   */
  static boolean suits(int results, int k, int[] steps) {
    boolean byRows = steps[1] == 1 && steps[2] == 1 && k >= Lanes.LANES;
    boolean byColumns = steps[0] == 1 && (long) (k / DEPTH + 1) * results < Integer.MAX_VALUE / 8;
    return results >= MatrixVectorLoops.ROWS
        && k >= MatrixVectorLoops.ROWS
        && (byRows || byColumns);
  }

  private boolean isByRows() {
    return depthStep == 1 && vectorStep == 1;
  }

  @Override
  public double nanos() {
    return 20 + NANOS_PER_ELEMENT * results * k;
  }

  @Override
  public void run() {
    parallel.run(this, widths * depths, nanos());
    if (depths > 1) {
      MemorySegment to = slots.segments[target.slot()];
      for (int result = 0; result < results; result++) {
        double total = 0;
        for (int block = 0; block < depths; block++) {
          total += parts[block * results + result];
        }
        store(to, result, (float) total);
      }
    }
  }

  @Override
  public void begin(int participant) {}

  @Override
  public void run(int participant, int chunk) {
    if (isByRows()) {
      int end = Math.min(results, (chunk + 1) * ROWS);
      multiplyRows(chunk * ROWS, end, sums[participant]);
    } else {
      addColumns(chunk % widths, chunk / widths, sums[participant]);
    }
  }

  private void store(MemorySegment to, int result, float value) {
    to.set(ValueLayout.JAVA_FLOAT, 4L * (target.offset() + result), value);
  }

  /** The first term of a block; all have about the same size, so none is shorter than a vector. */
  private int firstTerm(int block) {
    return (int) ((long) block * k / blocks);
  }

  private void multiplyRows(int first, int end, float[] lanes) {
    MemorySegment from = slots.segments[matrix.slot()];
    MemorySegment factors = slots.segments[vector.slot()];
    MemorySegment to = slots.segments[target.slot()];
    int row = first;
    for (; row <= end - MatrixVectorLoops.ROWS; row += MatrixVectorLoops.ROWS) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      for (int block = 0; block < blocks; block++) {
        int term = firstTerm(block);
        MatrixVectorLoops.dot(
            from,
            4L * (matrix.offset() + (long) row * resultStep + term),
            4L * resultStep,
            factors,
            4L * (vector.offset() + term),
            firstTerm(block + 1) - term,
            lanes);
        a += MatrixVectorLoops.sum(lanes, 0);
        b += MatrixVectorLoops.sum(lanes, Lanes.LANES);
        c += MatrixVectorLoops.sum(lanes, 2 * Lanes.LANES);
        d += MatrixVectorLoops.sum(lanes, 3 * Lanes.LANES);
      }
      store(to, row, (float) a);
      store(to, row + 1, (float) b);
      store(to, row + 2, (float) c);
      store(to, row + 3, (float) d);
    }
    for (; row < end; row++) {
      double total = 0;
      for (int block = 0; block < blocks; block++) {
        int term = firstTerm(block);
        total +=
            MatrixVectorLoops.dotOne(
                from,
                4L * (matrix.offset() + (long) row * resultStep + term),
                factors,
                4L * (vector.offset() + term),
                firstTerm(block + 1) - term);
      }
      store(to, row, (float) total);
    }
  }

  private void addColumns(int width, int block, float[] row) {
    MemorySegment from = slots.segments[matrix.slot()];
    MemorySegment factors = slots.segments[vector.slot()];
    int first = width * WIDTH;
    int n = Math.min(WIDTH, results - first);
    int end = firstTerm(block + 1);
    Arrays.fill(row, 0, n, 0);
    int term = firstTerm(block);
    for (; term <= end - MatrixVectorLoops.ROWS; term += MatrixVectorLoops.ROWS) {
      MatrixVectorLoops.add(
          from,
          at(term, first),
          4L * depthStep,
          factor(factors, term),
          factor(factors, term + 1),
          factor(factors, term + 2),
          factor(factors, term + 3),
          n,
          row);
    }
    for (; term < end; term++) {
      MatrixVectorLoops.addOne(from, at(term, first), factor(factors, term), n, row);
    }
    if (depths == 1) {
      long to = 4L * (target.offset() + first);
      MemorySegment.copy(row, 0, slots.segments[target.slot()], ValueLayout.JAVA_FLOAT, to, n);
    } else {
      for (int i = 0; i < n; i++) {
        parts[block * results + first + i] = row[i];
      }
    }
  }

  private long at(int term, int result) {
    return 4L * (matrix.offset() + (long) term * depthStep + result);
  }

  private float factor(MemorySegment factors, int term) {
    return factors.get(ValueLayout.JAVA_FLOAT, 4L * (vector.offset() + (long) term * vectorStep));
  }
}
