package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Folds rows into a row of results, column by column: every strip is added to an accumulator of its
 * own shape, which after a fixed number of strips is folded into one double for each column.
 *
 * <p>The iteration space is [outer kept axes, folded axes, columns]. A piece of work is one outer
 * index, one block of columns and one part of the folded rows.
 */
final class ColumnReduction implements PreparedKernel, Parallel.Work {

  /** So many strips are added in float before the sums move on to double. */
  private static final int STRIPS_PER_DRAIN = 128;

  /** Floats in a strip that is read from memory itself. */
  private static final int FAR_STRIP = 8192;

  private static final int PARTS = 64;

  private static final int PART_ELEMENTS = 1 << 15;

  /** And at least so many strips, since it begins with a copy and ends with doubles. */
  private static final int PART_STRIPS = 32;

  private final Parallel parallel;
  private final Slots slots;
  private final ReduceOp op;
  private final StripLoop combination;
  private final StripLoop combinationOfThree;
  private final StripProgram program;
  private final StripMachine[] machines;
  private final GeneratedChoice choice;
  private final MemorySegment[] accumulators; // a strip for each participant
  private final Accumulator[] accumulator;
  private final Window output;
  private final long outer;
  private final long rows; // folded into each result
  private final int blocks; // of columns
  private final int stripRows;
  private final long strips; // along the rows
  private final int parts; // of the rows
  private final double[] totals; // [outer, blocks, parts, stripColumns], or [participants, ...]
  private final long pieces;
  private final long piecesPerChunk;
  private final int chunks;
  private final double nanos;

  /** What one participant folds into. */
  private static final class Accumulator {

    final Strip sum = new Strip();
    final Strip half = new Strip();
    final Strip[] waiting = {new Strip(), new Strip(), new Strip()}; // to be folded together

    @SuppressWarnings("unused") // but for where it lies
    private final byte[] margin = CacheLines.margin();
  }

  ColumnReduction(
      Kernel.Reduction kernel, Space outer, Space folded, Space inner, Preparation preparation) {
    this.parallel = preparation.parallel();
    this.slots = preparation.slots();
    this.op = kernel.op();
    this.combination = FoldLoops.combination(op);
    this.combinationOfThree = FoldLoops.combinationOfThree(op);
    this.rows = kernel.count();
    this.outer = outer.elements();
    this.output = ReductionKernel.outputWindow(kernel.output(), outer.followedBy(inner));
    long elements = this.outer * rows * inner.elements();
    this.program =
        StripProgram.toEvaluate(
            outer.followedBy(folded).followedBy(inner),
            kernel.body(),
            readsFromMemory(kernel, elements)
                ? FAR_STRIP
                : StripProgram.capacity(kernel.body().expression()),
            slots);
    this.stripRows = (int) Math.min(program.stripRows, rows);
    this.strips = (rows + stripRows - 1) / stripRows;
    this.blocks = program.columnBlocks();
    long results = this.outer * blocks;
    this.parts =
        (int)
            Math.max(
                1,
                Math.min(
                    Math.min(strips / PART_STRIPS, PARTS / results), elements / PART_ELEMENTS));
    this.pieces = results * parts;
    this.nanos = (program.nanosPerElement + 0.04) * elements;
    int wanted = preparation.chunks(pieces, nanos);
    this.piecesPerChunk = (pieces + wanted - 1) / wanted;
    this.chunks = (int) ((pieces + piecesPerChunk - 1) / piecesPerChunk);
    this.machines = preparation.machines(program, chunks);
    this.choice = preparation.choice(program, machines, nanos);
    int size = stripRows * program.stripColumns;
    this.accumulators = preparation.cells(Lanes.wholeVectors(size) + Lanes.LANES, machines.length);
    this.accumulator = new Accumulator[machines.length];
    for (int i = 0; i < machines.length; i++) {
      accumulator[i] = new Accumulator();
    }
    long rowsOfTotals = parts > 1 ? pieces : machines.length;
    this.totals = new double[(int) rowsOfTotals * program.stripColumns];
  }

  /** Whether there is nothing to do but to read an input that no cache holds. */
  private static boolean readsFromMemory(Kernel.Reduction kernel, long elements) {
    return kernel.body().expression().isIdentity() && 4 * elements > CpuFacts.SHARE_OF_CACHE;
  }

  @Override
  public void run() {
    choice.begin();
    parallel.run(this, chunks, nanos);
    choice.end();
    if (parts > 1) {
      for (int result = 0; result < pieces / parts; result++) {
        combineParts(result);
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
    accumulator[participant].sum.bind(accumulators[participant], 0);
  }

  @Override
  public void run(int participant, int chunk) {
    long end = Math.min(pieces, (chunk + 1) * piecesPerChunk);
    for (long piece = chunk * piecesPerChunk; piece < end; piece++) {
      long result = piece / parts;
      int first = (int) (parts > 1 ? piece : participant) * program.stripColumns;
      foldPart(participant, result / blocks, (int) (result % blocks), (int) (piece % parts), first);
      if (parts == 1) {
        store(result, first);
      }
    }
  }

  private int columnsOf(int block) {
    return Math.min(program.stripColumns, program.columns - block * program.stripColumns);
  }

  /** Folds one part of the rows of one block of columns into the totals from {@code first} on. */
  private void foldPart(int participant, long outerIndex, int block, int part, int first) {
    int columns = columnsOf(block);
    Arrays.fill(totals, first, first + columns, op.start());
    long start = strips * part / parts;
    long end = strips * (part + 1) / parts;
    boolean partialStrip = end == strips && rows % stripRows != 0;
    if (partialStrip) {
      // alone: its last vector holds lanes that belong to nobody
      end--;
      foldStrips(participant, outerIndex, block, end, end + 1, (int) (rows % stripRows));
      drain(participant, (int) (rows % stripRows), columns, first);
    }
    for (long strip = start; strip < end; strip += STRIPS_PER_DRAIN) {
      long last = Math.min(end, strip + STRIPS_PER_DRAIN);
      foldStrips(participant, outerIndex, block, strip, last, stripRows);
      drain(participant, stripRows, columns, first);
    }
  }

  /**
   * Folds some strips of equal height into the accumulator. Those that an input holds in one piece
   * are folded three at a time, one from each third of them: a processor fetches ahead in three
   * places at once, and from memory that is faster than one after the other.
   */
  private void foldStrips(
      int participant, long outerIndex, int block, long start, long end, int height) {
    int column = block * program.stripColumns;
    int columns = columnsOf(block);
    int n = Lanes.wholeVectors(height * columns);
    StripMachine machine = machines[participant];
    Strip sum = accumulator[participant].sum;
    Strip[] three = accumulator[participant].waiting;
    int held = 0;
    long count = end - start;
    for (long i = 0; i < count; i++) {
      long strip = start + strip(i, count);
      Strip values =
          machine.evaluate(outerIndex * rows + strip * stripRows, height, column, columns);
      if (i == 0) {
        MemorySegment.copy(values.segment, values.offset, sum.segment, sum.offset, 4L * n);
      } else if (machine.isInPlace(values)) {
        three[held++].bind(values.segment, values.offset);
        if (held == three.length) {
          StripLoop.call(combinationOfThree, three[0], three[1], three[2], sum, sum, n);
          held = 0;
        }
      } else {
        foldHeld(three, held, sum, n);
        held = 0;
        StripLoop.call(combination, sum, values, sum, sum, sum, n);
      }
    }
    foldHeld(three, held, sum, n);
  }

  /** Which strip is the {@code i}-th: the first, then one from each third of the others in turn. */
  private static long strip(long i, long count) {
    long third = (count - 1) / 3;
    boolean inThirds = i > 0 && i <= 3 * third;
    return inThirds ? 1 + (i - 1) % 3 * third + (i - 1) / 3 : i;
  }

  private void foldHeld(Strip[] three, int held, Strip sum, int n) {
    for (int i = 0; i < held; i++) {
      StripLoop.call(combination, sum, three[i], sum, sum, sum, n);
    }
  }

  /** Folds the rows of the accumulator into the totals. */
  private void drain(int participant, int height, int columns, int first) {
    Strip sum = accumulator[participant].sum;
    Strip half = accumulator[participant].half;
    int rowsLeft = height;
    while (rowsLeft % 2 == 0 && rowsLeft / 2 * columns >= Lanes.LANES) {
      rowsLeft /= 2;
      int n = rowsLeft * columns;
      half.bind(sum.segment, sum.offset + 4L * n);
      // the excess lanes of the last vector are not read again
      StripLoop.call(combination, sum, half, sum, sum, sum, Lanes.wholeVectors(n));
    }
    for (int row = 0; row < rowsLeft; row++) {
      FoldLoops.addTo(totals, first, op, sum.segment, sum.offset + 4L * row * columns, columns);
    }
  }

  private void combineParts(int result) {
    int columns = columnsOf(result % blocks);
    int first = result * parts * program.stripColumns;
    for (int part = 1; part < parts; part++) {
      int from = first + part * program.stripColumns;
      for (int column = 0; column < columns; column++) {
        totals[first + column] = op.combine(totals[first + column], totals[from + column]);
      }
    }
    store(result, first);
  }

  private void store(long result, int first) {
    int block = (int) (result % blocks);
    MemorySegment to = slots.segments[output.slot];
    long at = output.rowStart(result / blocks) + (long) block * program.stripColumns * output.step;
    int columns = columnsOf(block);
    for (int column = 0; column < columns; column++) {
      to.set(
          ValueLayout.JAVA_FLOAT,
          4 * (at + (long) column * output.step),
          (float) op.finish(totals[first + column], rows));
    }
  }
}
