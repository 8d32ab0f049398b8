package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kernels over a single element, one after another, computed in Java floats. Vectors would give the
 * same bits, but later: the processor cannot hand a number that was just stored on to the load of a
 * whole vector, and in a chain of such kernels every one would wait for that.
 *
 * <p>Only for functions whose float32 result is exact, so that the formulas of the enums give what
 * the loops give.
 */
final class SingleElementProgram implements PreparedKernel {

  private static final double NANOS_PER_STEP = 2;

  /** What a step does; the commonest functions have a code of their own. */
  private enum Code {
    LOAD,
    SCALAR,
    STORE,
    ADD,
    SUB,
    MUL,
    DIV,
    BINARY,
    UNARY,
    WHERE
  }

  /** One kernel; {@code fold} is null where nothing is folded. */
  private record Part(Body body, List<Operand> outputs, @Nullable ReduceOp fold) {}

  /** An element of memory, whatever slot it is seen through. */
  private record Place(int owner, int offset) {}

  private final Slots slots;
  private final List<Part> parts;
  private final float[] registers;

  // the steps as parallel arrays
  private Code[] code = {};
  private int[] a = {};
  private int[] b = {};
  private int[] c = {};
  private int[] out = {};
  private @Nullable BinaryOp[] binary = {};
  private @Nullable UnaryOp[] unary = {};
  private int steps;

  private SingleElementProgram(List<Part> parts, Slots slots) {
    this.slots = slots;
    this.parts = parts;
    List<Float> values = new ArrayList<>();
    Map<Place, Integer> known = new HashMap<>();
    for (Part part : parts) {
      add(part, values, known);
    }
    registers = new float[values.size()];
    for (int i = 0; i < registers.length; i++) {
      registers[i] = values.get(i);
    }
  }

  /**
   * The program for a kernel, or null if that has more elements or functions that are not exact.
   */
  static @Nullable PreparedKernel of(Kernel.Elementwise kernel, Slots slots) {
    return of(kernel.shape(), new Part(kernel.body(), kernel.outputs(), null), slots);
  }

  /** As above; a fold of one value. */
  static @Nullable PreparedKernel of(Kernel.Reduction kernel, Slots slots) {
    Part part = new Part(kernel.body(), List.of(kernel.output()), kernel.op());
    return of(kernel.shape(), part, slots);
  }

  private static @Nullable PreparedKernel of(int[] shape, Part part, Slots slots) {
    boolean suits =
        Arrays.stream(shape).allMatch(size -> size == 1)
            && part.body.expression().instructions().stream().allMatch(it -> isExact(it));
    return suits ? new SingleElementProgram(List.of(part), slots) : null;
  }

  private static boolean isExact(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it -> isExact(it.op());
      case Expression.Binary it -> it.op() != BinaryOp.POW;
      case Expression.Where _, Expression.Constant _ -> true;
    };
  }

  private static boolean isExact(UnaryOp op) {
    return switch (op) {
      case NEG, ABS, SQRT, SQUARE, RECIPROCAL, RELU, SIGN, FLOOR -> true;
      case EXP, LOG, TANH, SIGMOID, GELU, SOFTPLUS, ERF, SIN, COS -> false;
    };
  }

  /** This program and then another. */
  SingleElementProgram followedBy(SingleElementProgram next) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(next.parts);
    return new SingleElementProgram(all, slots);
  }

  private void add(Part part, List<Float> values, Map<Place, Integer> known) {
    Expression expression = part.body.expression();
    int[] register = new int[expression.registers()];
    int next = 0;
    for (Operand input : part.body.inputs()) {
      register[next++] =
          known.computeIfAbsent(
              place(input), place -> step(Code.LOAD, input.slot(), input.offset(), 0, values));
    }
    for (int scalar : part.body.scalars()) {
      register[next++] = step(Code.SCALAR, scalar, 0, 0, values);
    }
    for (Expression.Instruction instruction : expression.instructions()) {
      register[next++] = add(instruction, register, values);
    }
    for (int i = 0; i < part.outputs.size(); i++) {
      Operand output = part.outputs.get(i);
      int result = folded(part.fold, register[expression.results().get(i)], values);
      step(Code.STORE, output.slot(), output.offset(), result, values);
      known.put(place(output), result);
    }
  }

  private Place place(Operand operand) {
    return new Place(slots.owner(operand.slot()), operand.offset());
  }

  private int add(Expression.Instruction instruction, int[] register, List<Float> values) {
    return switch (instruction) {
      case Expression.Constant it -> constant(it.value(), values);
      case Expression.Where it ->
          step(Code.WHERE, register[it.condition()], register[it.a()], register[it.b()], values);
      case Expression.Unary it -> {
        int x = register[it.a()];
        if (it.op() == UnaryOp.SQUARE) {
          yield step(Code.MUL, x, x, 0, values);
        }
        int result = step(Code.UNARY, x, 0, 0, values);
        unary[steps - 1] = it.op();
        yield result;
      }
      case Expression.Binary it -> {
        int result = step(code(it.op()), register[it.a()], register[it.b()], 0, values);
        binary[steps - 1] = it.op();
        yield result;
      }
    };
  }

  private static Code code(BinaryOp op) {
    return switch (op) {
      case ADD -> Code.ADD;
      case SUB -> Code.SUB;
      case MUL -> Code.MUL;
      case DIV -> Code.DIV;
      case POW, MAXIMUM, MINIMUM, EQ, NE, LT, LE, GT, GE -> Code.BINARY;
    };
  }

  /** A fold of one value is the value, but that a sum starts at 0, which makes 0 of -0. */
  private int folded(@Nullable ReduceOp fold, int value, List<Float> values) {
    return switch (fold) {
      case null -> value;
      case MAX, MIN -> value;
      case SUM, MEAN -> step(Code.ADD, value, constant(0, values), 0, values);
    };
  }

  private static int constant(float value, List<Float> values) {
    values.add(value);
    return values.size() - 1;
  }

  /** Adds a step and returns the register that it writes. */
  private int step(Code what, int first, int second, int third, List<Float> values) {
    if (steps == code.length) {
      int capacity = 2 * steps + 8;
      code = Arrays.copyOf(code, capacity);
      a = Arrays.copyOf(a, capacity);
      b = Arrays.copyOf(b, capacity);
      c = Arrays.copyOf(c, capacity);
      out = Arrays.copyOf(out, capacity);
      binary = Arrays.copyOf(binary, capacity);
      unary = Arrays.copyOf(unary, capacity);
    }
    code[steps] = what;
    a[steps] = first;
    b[steps] = second;
    c[steps] = third;
    out[steps++] = values.size();
    return constant(0, values);
  }

  @Override
  public void run() {
    float[] r = registers;
    MemorySegment[] segments = slots.segments;
    Code[] what = code;
    int[] firsts = a;
    int[] seconds = b;
    int[] to = out;
    for (int i = 0; i < steps; i++) {
      int first = firsts[i];
      int second = seconds[i];
      switch (what[i]) {
        case LOAD -> r[to[i]] = segments[first].get(ValueLayout.JAVA_FLOAT, 4L * second);
        case SCALAR -> r[to[i]] = slots.scalars[first];
        case STORE -> segments[first].set(ValueLayout.JAVA_FLOAT, 4L * second, r[c[i]]);
        case ADD -> r[to[i]] = r[first] + r[second];
        case SUB -> r[to[i]] = r[first] - r[second];
        case MUL -> r[to[i]] = r[first] * r[second];
        case DIV -> r[to[i]] = r[first] / r[second];
        case BINARY -> r[to[i]] = (float) binary[i].apply(r[first], r[second]);
        case UNARY -> r[to[i]] = (float) unary[i].apply(r[first]);
        case WHERE -> r[to[i]] = r[first] != 0 ? r[second] : r[c[i]];
      }
    }
  }

  @Override
  public double nanos() {
    return NANOS_PER_STEP * steps;
  }
}
