package dev.tandem.cpu;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An expression prepared for evaluation strip by strip: its instructions as arrays, a place for
 * every register, and the shape of a strip. A program is immutable and knows no memory; a {@link
 * StripMachine} for each thread evaluates it.
 *
 * <p>A strip is a block of rows and columns of the iteration space: whole rows where rows are
 * short, a part of one row where they are long, and a true block where an operand is transposed.
 */
final class StripProgram {

  /** Floats in a strip: registers, inputs and outputs of a strip should share the L1 cache. */
  private static final int STRIP = 2048;

  /** The same where many registers are alive at once. */
  private static final int SHORT_STRIP = 1024;

  private static final int MANY_REGISTERS = 4;

  /** Rows in the block of a transposed operand; its columns are what fits. */
  private static final int BLOCK_ROWS = 32;

  /** Floats behind every scratch register that loops may overwrite. */
  private static final int SLACK = 64;

  final Expression expression;
  final int[] scalars;

  final Window[] inputs; // where the first registers are loaded from
  final Window[] outputs;
  final int[] results; // the registers that hold the results
  final boolean[] direct; // whether an output's register is written where the output lies

  final long rows;
  final int columns;
  final int stripRows;
  final int stripColumns;

  // the instructions to run for every strip, in order, as parallel arrays
  final int[] steps; // the register each writes
  final StripLoop[] loops; // what it does
  final boolean[] unary; // whether it has one argument
  final int[] a;
  final int[] b;
  final int[] c;

  /** How many of them only combine values that are the same for all elements; they come first. */
  final int uniformSteps;

  final boolean[] uniform; // for each register whether it is the same for all elements
  final boolean[] copied; // for each input whether it must be copied before any output is written
  final boolean[] tile; // for each input whether it is one row, repeated

  /**
   * For each register where it lies, in floats: a uniform one in the cells, others in the scratch.
   */
  final int[] place;

  /** Floats of cells that a machine needs: a vector for each uniform register. */
  final int cells;

  /** Where the result is expanded to a strip if it is uniform; only without outputs. */
  int expanded;

  /** Where loops find strips to work in, if one of them needs any. */
  int spare;

  private final int sparePitches;

  /** Floats of scratch that a machine needs. */
  final int scratch;

  /** A rough time for one element, in nanoseconds. */
  final double nanosPerElement;

  /**
   * Prepares a body.
   *
   * @param space the iteration space, merged; the strides of the inputs come first, then those of
   *     the outputs
   * @param outputs the outputs, or none where the result is only to be evaluated
   * @param capacity the most floats that a strip may have
   */
  StripProgram(
      Space space,
      Expression expression,
      List<Operand> inputs,
      int[] scalars,
      List<Operand> outputs,
      int capacity,
      Slots slots) {
    this.expression = expression;
    this.scalars = scalars;
    this.inputs = windows(space, inputs, 0);
    this.outputs = windows(space, outputs, inputs.size());
    this.results = expression.results().stream().mapToInt(Integer::intValue).toArray();
    int rank = space.rank();
    this.columns = rank == 0 ? 1 : space.shape()[rank - 1];
    this.rows = space.elements() / Math.max(1, columns);

    int registers = expression.registers();
    this.uniform = uniformRegisters();
    List<Integer> order = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < expression.instructions().size(); i++) {
        boolean constant = expression.instructions().get(i) instanceof Expression.Constant;
        if (!constant && uniform[expression.register(i)] == (pass == 0)) {
          order.add(i);
        }
      }
    }
    int count = order.size();
    this.uniformSteps = (int) order.stream().filter(i -> uniform[expression.register(i)]).count();
    this.steps = order.stream().mapToInt(expression::register).toArray();
    this.loops = new StripLoop[count];
    this.unary = new boolean[count];
    this.a = new int[count];
    this.b = new int[count];
    this.c = new int[count];
    double nanos = 0.03 * (inputs.size() + outputs.size());
    int pitches = 0;
    for (int step = 0; step < count; step++) {
      Expression.Instruction instruction = expression.instructions().get(order.get(step));
      decode(step, instruction);
      nanos += step < uniformSteps ? 0 : Costs.of(instruction);
      pitches = Math.max(pitches, sparePitches(instruction));
    }
    this.sparePitches = pitches;
    this.nanosPerElement = nanos;

    this.copied = new boolean[inputs.size()];
    for (int input = 0; input < copied.length; input++) {
      copied[input] = expression.results().contains(input) && isOverwritten(input, slots);
    }
    this.direct = new boolean[outputs.size()];
    for (int output = 0; output < direct.length; output++) {
      direct[output] = isDirect(output, slots);
    }
    boolean blocked = isTransposed(this.inputs) || isTransposed(this.outputs);
    int[] block = stripShape(capacity, blocked);
    this.stripRows = block[0];
    this.stripColumns = block[1];
    this.tile = new boolean[inputs.size()];
    for (int input = 0; input < tile.length; input++) {
      Window window = this.inputs[input];
      tile[input] = window.sameRows && window.step != 0 && stripRows > 1 && stripColumns == columns;
    }
    this.place = new int[registers];
    this.cells = placeUniform();
    this.scratch = placeOthers();
  }

  private static Window[] windows(Space space, List<Operand> operands, int first) {
    Window[] windows = new Window[operands.size()];
    for (int i = 0; i < windows.length; i++) {
      Operand operand = operands.get(i);
      windows[i] =
          new Window(operand.slot(), operand.offset(), space.shape(), space.strides()[first + i]);
    }
    return windows;
  }

  private boolean[] uniformRegisters() {
    boolean[] result = new boolean[expression.registers()];
    for (int register = 0; register < expression.inputs() + expression.scalars(); register++) {
      result[register] = register >= expression.inputs() || inputs[register].uniform;
    }
    for (int i = 0; i < expression.instructions().size(); i++) {
      result[expression.register(i)] =
          switch (expression.instructions().get(i)) {
            case Expression.Constant it -> true;
            case Expression.Unary it -> result[it.a()];
            case Expression.Binary it -> result[it.a()] && result[it.b()];
            case Expression.Where it -> result[it.condition()] && result[it.a()] && result[it.b()];
          };
    }
    return result;
  }

  private void decode(int step, Expression.Instruction instruction) {
    switch (instruction) {
      case Expression.Unary it -> {
        loops[step] = UnaryLoops.of(it.op());
        unary[step] = true;
        a[step] = b[step] = c[step] = it.a();
      }
      case Expression.Binary it -> {
        loops[step] = BinaryLoops.of(it.op());
        a[step] = it.a();
        b[step] = c[step] = it.b();
      }
      case Expression.Where it -> {
        loops[step] = ComparisonLoops.selection();
        a[step] = it.condition();
        b[step] = it.a();
        c[step] = it.b();
      }
      case Expression.Constant it -> throw new AssertionError("constants are not steps");
    }
  }

  /**
   * Whether the register of an output may be written straight to where the output lies: it must be
   * computed here, be no other output's, and nothing may read the memory it overwrites afterwards.
   */
  private boolean isDirect(int output, Slots slots) {
    int register = expression.results().get(output);
    if (expression.results().indexOf(register) != output || uniform[register]) {
      return false;
    }
    int written = -1;
    for (int step = 0; step < steps.length; step++) {
      written = steps[step] == register ? step : written;
    }
    if (written < 0) {
      return false;
    }
    for (int input = 0; input < inputs.length; input++) {
      if (slots.same(inputs[input].slot, outputs[output].slot) && lastRead(input) > written) {
        return false;
      }
    }
    return true;
  }

  /** Whether an output shares the buffer of an input, so that writing it may change the input. */
  private boolean isOverwritten(int input, Slots slots) {
    for (Window output : outputs) {
      if (slots.same(inputs[input].slot, output.slot)) {
        return true;
      }
    }
    return false;
  }

  /** The last step that reads a register, or -1. */
  private int lastRead(int register) {
    int last = -1;
    for (int step = 0; step < steps.length; step++) {
      if (a[step] == register || b[step] == register || c[step] == register) {
        last = step;
      }
    }
    return last;
  }

  private static boolean isTransposed(Window[] windows) {
    for (Window window : windows) {
      if (window.step > 1 && window.rowStep == 1) {
        return true;
      }
    }
    return false;
  }

  private int[] stripShape(int capacity, boolean blocked) {
    if (blocked && rows >= BLOCK_ROWS && columns > capacity / BLOCK_ROWS) {
      return new int[] {BLOCK_ROWS, capacity / BLOCK_ROWS};
    }
    if (columns > capacity / 2 || rows == 1) {
      int parts = (columns + capacity - 1) / capacity;
      int part = (columns + parts - 1) / parts;
      return new int[] {1, (int) Math.min(capacity, Lanes.wholeLines(part))};
    }
    int stripRows = (int) Math.min(rows, capacity / columns);
    // strips of whole cache lines need no care at their ends
    int even = Lanes.PADDING / Math.min(Lanes.PADDING, Integer.lowestOneBit(columns));
    return new int[] {stripRows > even ? stripRows / even * even : stripRows, columns};
  }

  private int placeUniform() {
    int next = 0;
    for (int register = 0; register < place.length; register++) {
      if (uniform[register]) {
        place[register] = next;
        next += Lanes.PADDING;
      }
    }
    return next;
  }

  /**
   * Gives every register that is not uniform a strip, reused as soon as nothing reads it any more.
   */
  private int placeOthers() {
    int next = 0;
    int pitch = (int) Lanes.wholeLines((long) stripRows * stripColumns) + SLACK;
    List<Integer> free = new ArrayList<>();
    for (int register = 0; register < inputs.length; register++) {
      if (!uniform[register]) {
        place[register] = next;
        next += pitch;
      }
    }
    for (int step = uniformSteps; step < steps.length; step++) {
      for (int source : new int[] {a[step], b[step], c[step]}) {
        boolean reusable = !uniform[source] && !(source < inputs.length && tile[source]);
        boolean result = expression.results().contains(source);
        if (reusable && !result && lastRead(source) == step && !free.contains(place[source])) {
          free.add(place[source]);
        }
      }
      if (free.isEmpty()) {
        place[steps[step]] = next;
        next += pitch;
      } else {
        place[steps[step]] = free.removeLast();
      }
    }
    if (outputs.length == 0) {
      expanded = next;
      next += pitch;
    }
    spare = next;
    return next + sparePitches * pitch;
  }

  /** How many strips an instruction's loop needs to work in. */
  private static int sparePitches(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it -> UnaryLoops.needsSpare(it.op()) ? 1 : 0;
      case Expression.Binary it -> BinaryLoops.needsSpare(it.op()) ? 2 : 0;
      case Expression.Where it -> 0;
      case Expression.Constant it -> 0;
    };
  }

  /** The number of strips. */
  long strips() {
    return rowBlocks() * columnBlocks();
  }

  /** How many strips lie side by side. */
  int columnBlocks() {
    return Math.max(1, (columns + stripColumns - 1) / stripColumns);
  }

  private long rowBlocks() {
    return (rows + stripRows - 1) / stripRows;
  }

  /** A program that computes an elementwise kernel's outputs. */
  static StripProgram of(int[] shape, Body body, List<Operand> outputs, Slots slots) {
    int[][] strides = new int[body.inputs().size() + outputs.size()][];
    for (int i = 0; i < strides.length; i++) {
      int inputs = body.inputs().size();
      Operand operand = i < inputs ? body.inputs().get(i) : outputs.get(i - inputs);
      strides[i] = Arrays.copyOf(operand.strides(), shape.length);
    }
    Space space = new Space(shape, strides);
    space = space.permuted(space.orderByStride(body.inputs().size(), strides.length)).merged();
    int capacity = capacity(body.expression());
    return new StripProgram(
        space, body.expression(), body.inputs(), body.scalars(), outputs, capacity, slots);
  }

  /**
   * A program whose only result is to be evaluated, not stored.
   *
   * @param space the iteration space in the order wanted; the strides of the inputs come first
   */
  static StripProgram toEvaluate(Space space, Body body, int capacity, Slots slots) {
    return new StripProgram(
        space, body.expression(), body.inputs(), body.scalars(), List.of(), capacity, slots);
  }

  /** How long the strips of an expression should be, in floats. */
  static int capacity(Expression expression) {
    return expression.registers() - expression.inputs() > MANY_REGISTERS ? SHORT_STRIP : STRIP;
  }
}
