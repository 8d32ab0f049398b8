package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Folds the last axis and perhaps others: each result is the fold of some whole rows. Short rows
 * are evaluated several at a time; long folds are cut into strips, each folded by itself and the
 * partial results combined in double in order.
 */
final class RowReduction implements PreparedKernel, Parallel.Work {

  /**
   * Takes 17 cache lines from each quarter of a strip: quarters that lie a power of two apart get
   * in each other's way in a cache.
   */
  private static final int OFF_POWERS = 4 * 17 * Lanes.PADDING;

  /**
   * Floats in a strip that is read where it lies, at least and at most: the longer, the less often
   * the processor has to begin anew to fetch ahead.
   */
  private static final int LEAST_DENSE_STRIP = (1 << 15) - OFF_POWERS;

  private static final int MOST_DENSE_STRIP = (1 << 18) - OFF_POWERS;

  /** So many dense strips at least, so that threads can share them. */
  private static final int DENSE_STRIPS = 32;

  /** And in one that may have to be gathered first. */
  private static final int DIRECT_STRIP = 8192;

  /** So many parts a reduction with few results is cut into, so that threads can share it. */
  private static final int PARTS = 64;

  /** The floats of a row, at most, to fold several at once: each has but one sum in float. */
  private static final int LONGEST_OF_SEVERAL = 8192;

  /** A part has at least this many elements. */
  private static final int PART_ELEMENTS = 1 << 15;

  private final Parallel parallel;
  private final Slots slots;
  private final ReduceOp op;
  private final StripProgram program;
  private final StripMachine[] machines;
  private final GeneratedChoice choice;
  private final MemorySegment[] lanes; // two vectors for each participant
  private final float[][] severalResults; // of one strip, for each participant
  private final Window output;
  private final long count;
  private final long results;
  private final long rowsPerResult;
  private final boolean several; // whether a strip holds several results
  private final int parts; // of one result
  private final double[] partial; // [results, parts]
  private final long pieces;
  private final long piecesPerChunk;
  private final int chunks;
  private final double nanos;

  /**
   * @param kept the axes that remain, merged
   * @param folded the axes that are folded, merged
   */
  RowReduction(Kernel.Reduction kernel, Space kept, Space folded, Preparation preparation) {
    this.parallel = preparation.parallel();
    this.slots = preparation.slots();
    this.op = kernel.op();
    this.count = kernel.count();
    this.results = kept.elements();
    Space one = new Space(new int[] {1}, new int[kept.strides().length][1]);
    Space rows = folded.rank() == 0 ? one : folded;
    this.output = ReductionKernel.outputWindow(kernel.output(), kept.followedBy(one));
    this.program =
        StripProgram.toEvaluate(
            kept.followedBy(rows), kernel.body(), capacity(kernel, kept.followedBy(rows)), slots);
    this.rowsPerResult = count / program.columns;
    this.several =
        rowsPerResult == 1
            && program.stripRows > 1
            && program.stripColumns == program.columns
            && program.columns <= LONGEST_OF_SEVERAL;
    long strips = stripsPerResult();
    this.parts =
        several
            ? 1
            : (int)
                Math.max(
                    1,
                    Math.min(Math.min(strips, PARTS / results), results * count / PART_ELEMENTS));
    this.partial = new double[parts > 1 ? (int) results * parts : 0];
    this.pieces = several ? (results + program.stripRows - 1) / program.stripRows : results * parts;
    this.nanos = (program.nanosPerElement + 0.02) * count * results + 5.0 * results;
    int wanted = preparation.chunks(pieces, nanos);
    this.piecesPerChunk = (pieces + wanted - 1) / wanted;
    this.chunks = (int) ((pieces + piecesPerChunk - 1) / piecesPerChunk);
    this.machines = preparation.machines(program, chunks);
    this.choice = preparation.choice(program, machines, nanos);
    this.lanes = preparation.cells(2 * Lanes.LANES, machines.length);
    this.severalResults = CacheLines.floats(machines.length, several ? program.stripRows : 0);
  }

  private static int capacity(Kernel.Reduction kernel, Space space) {
    if (!kernel.body().expression().isIdentity()) {
      return StripProgram.capacity(kernel.body().expression());
    }
    return isDense(space)
        ? Math.clamp(space.elements() / DENSE_STRIPS, LEAST_DENSE_STRIP, MOST_DENSE_STRIP)
        : DIRECT_STRIP;
  }

  /** Whether the elements of the first operand lie one after the other. */
  private static boolean isDense(Space space) {
    long step = 1;
    for (int axis = space.rank() - 1; axis >= 0; axis--) {
      if (space.shape()[axis] != 1 && space.strides()[0][axis] != step) {
        return false;
      }
      step *= space.shape()[axis];
    }
    return true;
  }

  private int stripRows() {
    return (int) Math.min(program.stripRows, rowsPerResult);
  }

  private long stripsPerResult() {
    return (rowsPerResult + stripRows() - 1) / stripRows() * program.columnBlocks();
  }

  @Override
  public void run() {
    choice.begin();
    parallel.run(this, chunks, nanos);
    choice.end();
    if (parts > 1) {
      for (int result = 0; result < results; result++) {
        double total = op.start();
        for (int part = 0; part < parts; part++) {
          total = op.combine(total, partial[result * parts + part]);
        }
        store(result, total);
      }
    }
  }

  @Override
  public double nanos() {
    return nanos;
  }

  @Override
  public void begin(int participant) {
    machines[participant].begin();
  }

  @Override
  public void run(int participant, int chunk) {
    long end = Math.min(pieces, (chunk + 1) * piecesPerChunk);
    for (long piece = chunk * piecesPerChunk; piece < end; piece++) {
      if (several) {
        foldSeveral(participant, piece * program.stripRows);
      } else {
        long result = piece / parts;
        int part = (int) (piece % parts);
        double total = foldPart(participant, result, part);
        if (parts == 1) {
          store(result, total);
        } else {
          partial[(int) piece] = total;
        }
      }
    }
  }

  private void foldSeveral(int participant, long first) {
    int rows = (int) Math.min(program.stripRows, results - first);
    int columns = program.columns;
    Strip strip = machines[participant].evaluate(first, rows, 0, columns);
    float[] folded = severalResults[participant];
    RowFoldLoops.fold(op, strip.segment, strip.offset, rows, columns, folded);
    for (int row = 0; row < rows; row++) {
      store(first + row, folded[row]);
    }
  }

  private double foldPart(int participant, long result, int part) {
    long strips = stripsPerResult();
    int blocks = program.columnBlocks();
    int stripRows = stripRows();
    long end = strips * (part + 1) / parts;
    double total = op.start();
    for (long strip = strips * part / parts; strip < end; strip++) {
      long row = strip / blocks * stripRows;
      int column = (int) (strip % blocks) * program.stripColumns;
      int rows = (int) Math.min(stripRows, rowsPerResult - row);
      int columns = Math.min(program.stripColumns, program.columns - column);
      Strip values =
          machines[participant].evaluate(result * rowsPerResult + row, rows, column, columns);
      total =
          op.combine(
              total,
              FoldLoops.fold(
                  op, values.segment, values.offset, rows * columns, lanes[participant]));
    }
    return total;
  }

  private void store(long result, double total) {
    slots.segments[output.slot].set(
        ValueLayout.JAVA_FLOAT, 4 * output.rowStart(result), (float) op.finish(total, count));
  }
}
