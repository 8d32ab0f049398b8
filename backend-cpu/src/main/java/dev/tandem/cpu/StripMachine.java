package dev.tandem.cpu;

import dev.tandem.schedule.Expression;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a {@link StripProgram} for one thread: it owns the registers. {@link #begin} takes in
 * what is the same for the whole run, then {@link #run} or {@link #evaluate} computes one block of
 * rows and columns after another.
 *
 * <p>Inputs and outputs whose part of the block lies in one piece are used in place; the others are
 * gathered into scratch before the instructions run and scattered afterwards.
 */
final class StripMachine {

  private final StripProgram program;
  private final Slots slots;
  private final MemorySegment scratch;
  private final Strip[] registers;
  private final Strip expanded;
  private final Strip spare;
  private final Strip target = new Strip();
  private final int firstScalar;
  private final int result;
  private final boolean[] inPlace; // for each output whether its register was written in place
  private final int[] taken; // for each input and scalar that is uniform the bits of its value
  private boolean begun;
  private @Nullable GeneratedSteps generated;

  @SuppressWarnings("unused") // but for where it lies
  private final byte[] margin;

  /**
   * @param cells {@link StripProgram#cells} floats that nobody else uses
   * @param scratch {@link StripProgram#scratch} floats that nobody else uses during a run
   */
  StripMachine(StripProgram program, Slots slots, MemorySegment cells, MemorySegment scratch) {
    this.program = program;
    this.slots = slots;
    this.scratch = scratch;
    this.firstScalar = program.expression.inputs();
    this.result = program.results[0];
    this.taken = new int[firstScalar + program.expression.scalars()];
    this.inPlace = new boolean[program.outputs.length];
    this.registers = new Strip[program.expression.registers()];
    for (int register = 0; register < registers.length; register++) {
      boolean uniform = program.uniform[register];
      registers[register] =
          new Strip(uniform ? cells : scratch, 4L * program.place[register], uniform);
    }
    this.expanded = new Strip(scratch, 4L * program.expanded, false);
    this.spare = new Strip(scratch, 4L * program.spare, false);
    for (int i = 0; i < program.expression.instructions().size(); i++) {
      if (program.expression.instructions().get(i) instanceof Expression.Constant constant) {
        setUniform(registers[program.expression.register(i)], constant.value());
      }
    }
    this.margin = CacheLines.margin();
  }

  private static void setUniform(Strip strip, float value) {
    WindowLoops.fill(value, strip, Lanes.LANES);
  }

  /** The generated form of this program on the registers of this machine, to be used or not. */
  GeneratedSteps bind(GeneratedStages stages, @Nullable GeneratedKernel[] kernels) {
    return new GeneratedSteps(stages, kernels, this, registers);
  }

  /** Lets the generated form compute strips from now on, or none if it is null. */
  void use(@Nullable GeneratedSteps steps) {
    generated = steps;
  }

  /** Takes in the scalars and everything else that is the same for all strips of a run. */
  void begin() {
    StripProgram p = program;
    boolean changed = false;
    for (int i = 0; i < p.scalars.length; i++) {
      changed |= takeIn(firstScalar + i, slots.scalars[p.scalars[i]]);
    }
    for (int input = 0; input < p.inputs.length; input++) {
      Window window = p.inputs[input];
      if (window.uniform) {
        MemorySegment from = slots.segments[window.slot];
        changed |= takeIn(input, from.get(ValueLayout.JAVA_FLOAT, 4L * window.offset));
      } else if (p.tile[input]) {
        MemorySegment from = slots.segments[window.slot];
        placeInScratch(input);
        WindowLoops.gather(window, from, 0, p.stripRows, 0, p.columns, registers[input]);
      }
    }
    if (changed || !begun) {
      begun = true;
      execute(0, p.uniformSteps, Lanes.LANES);
    }
  }

  /** Gives a uniform register its value, and says whether it had another one before. */
  private boolean takeIn(int register, float value) {
    int bits = Float.floatToRawIntBits(value);
    if (begun && taken[register] == bits) {
      return false;
    }
    taken[register] = bits;
    setUniform(registers[register], value);
    return true;
  }

  /** Computes the outputs for some rows and columns, strip by strip. */
  void run(long firstRow, long endRow, int firstColumn, int endColumn) {
    StripProgram p = program;
    boolean whole = firstColumn == 0 && endColumn == p.columns;
    int rowsAtOnce = whole || p.stripColumns < p.columns ? p.stripRows : 1;
    for (long row = firstRow; row < endRow; row += rowsAtOnce) {
      int rows = (int) Math.min(rowsAtOnce, endRow - row);
      for (int column = firstColumn; column < endColumn; column += p.stripColumns) {
        runStrip(row, rows, column, Math.min(p.stripColumns, endColumn - column));
      }
    }
  }

  /** Computes the outputs of the strip with this number. */
  void runStrip(long strip) {
    StripProgram p = program;
    long row = strip / p.columnBlocks() * p.stripRows;
    int column = (int) (strip % p.columnBlocks()) * p.stripColumns;
    int rows = (int) Math.min(p.stripRows, p.rows - row);
    runStrip(row, rows, column, Math.min(p.stripColumns, p.columns - column));
  }

  /**
   * Computes the outputs for some columns of the only row as if they were one strip; for programs
   * that {@link GeneratedStages#isWhole} only.
   */
  void runWhole(int firstColumn, int endColumn) {
    runStrip(0, 1, firstColumn, endColumn - firstColumn);
  }

  private void runStrip(long row, int rows, int column, int columns) {
    StripProgram p = program;
    int n = rows * columns;
    load(row, rows, column, columns);
    for (int output = 0; output < p.outputs.length; output++) {
      if (p.direct[output]) {
        int register = p.results[output];
        inPlace[output] =
            placeInOutput(p.outputs[output], row, rows, column, columns, registers[register]);
        if (!inPlace[output]) {
          placeInScratch(register);
        }
      }
    }
    compute(Lanes.wholeVectors(n));
    for (int output = 0; output < p.outputs.length; output++) {
      if (!inPlace[output]) {
        Strip from = registers[p.results[output]];
        write(from, p.outputs[output], row, rows, column, columns);
      }
    }
  }

  /**
   * Computes the program's only result for a block and returns where it is: {@code rows * columns}
   * floats, padded to whole vectors. It stays there until the next call.
   */
  Strip evaluate(long row, int rows, int column, int columns) {
    int n = Lanes.wholeVectors(rows * columns);
    load(row, rows, column, columns);
    compute(n);
    Strip strip = registers[result];
    if (!strip.uniform) {
      return strip;
    }
    WindowLoops.fill(strip.segment.get(ValueLayout.JAVA_FLOAT, strip.offset), expanded, n);
    return expanded;
  }

  /** Whether what {@link #evaluate} returned is an input where it lies, and stays beyond a call. */
  boolean isInPlace(Strip evaluated) {
    return !evaluated.segment.equals(scratch);
  }

  private void load(long row, int rows, int column, int columns) {
    StripProgram p = program;
    for (int input = 0; input < p.inputs.length; input++) {
      Window window = p.inputs[input];
      if (window.uniform || (p.tile[input] && columns == p.columns)) {
        continue;
      }
      Strip strip = registers[input];
      MemorySegment from = slots.segments[window.slot];
      strip.uniform = rows == 1 && window.step == 0;
      if (strip.uniform) {
        placeInScratch(input);
        setUniform(strip, from.get(ValueLayout.JAVA_FLOAT, 4 * window.rowStart(row)));
        continue;
      }
      boolean inOnePiece = rows == 1 ? window.step == 1 : window.flat && columns == p.columns;
      inOnePiece &= !p.copied[input];
      long first = 4 * (window.rowStart(row) + column);
      if (inOnePiece && first + 4L * Lanes.wholeVectors(rows * columns) <= from.byteSize()) {
        strip.bind(from, first);
      } else {
        placeInScratch(input);
        WindowLoops.gather(window, from, row, rows, column, columns, strip);
      }
    }
  }

  private void placeInScratch(int register) {
    registers[register].bind(scratch, 4L * program.place[register]);
  }

  /**
   * Binds a strip to its part of an output if that is in one piece and has room for whole vectors.
   */
  private boolean placeInOutput(
      Window window, long row, int rows, int column, int columns, Strip strip) {
    boolean inOnePiece =
        rows == 1 ? window.step == 1 || columns == 1 : window.flat && columns == program.columns;
    int n = rows * columns;
    long first = window.rowStart(row) + (long) column * window.step;
    boolean fits = n % Lanes.LANES == 0 || first + n == slots.elements(window.slot);
    MemorySegment to = slots.segments[window.slot];
    if (!inOnePiece || !fits || 4 * (first + Lanes.wholeVectors(n)) > to.byteSize()) {
      return false;
    }
    strip.bind(to, 4 * first);
    return true;
  }

  private void write(Strip from, Window window, long row, int rows, int column, int columns) {
    int n = rows * columns;
    MemorySegment to = slots.segments[window.slot];
    if (from.uniform && placeInOutput(window, row, rows, column, columns, target)) {
      float value = from.segment.get(ValueLayout.JAVA_FLOAT, from.offset);
      WindowLoops.fill(value, target, Lanes.wholeVectors(n));
    } else {
      WindowLoops.scatter(from, window, to, row, rows, column, columns);
    }
  }

  private void compute(int n) {
    GeneratedSteps steps = generated;
    if (steps != null && steps.fit()) {
      steps.run(n);
    } else {
      execute(program.uniformSteps, program.steps.length, n);
    }
  }

  /** Runs the loops of some steps. */
  void execute(int first, int end, int n) {
    StripProgram p = program;
    Strip[] r = registers;
    for (int step = first; step < end; step++) {
      Strip a = r[p.a[step]];
      Strip out = r[p.steps[step]];
      StripLoop loop = p.loops[step];
      if (a.uniform && p.unary[step]) {
        StripLoop.call(loop, a, a, a, out, spare, Lanes.LANES);
        WindowLoops.fill(out.segment.get(ValueLayout.JAVA_FLOAT, out.offset), out, n);
      } else {
        StripLoop.call(loop, a, r[p.b[step]], r[p.c[step]], out, spare, n);
      }
    }
  }
}
