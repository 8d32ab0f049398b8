package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Kernels over a single element, one after another, computed in Java floats. Vectors would give the
 * same bits, but later: the processor cannot hand a number that was just stored on to the load of a
 * whole vector, and in a chain of such kernels every one would wait for that. What one kernel
 * stores the next finds in a register.
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

  private final Slots slots;
  private final List<SingleElement> kernels;

  // the steps as parallel arrays
  private Code[] code = {};
  private int[] a = {};
  private int[] b = {};
  private int[] c = {};
  private int[] out = {};
  private @Nullable BinaryOp[] binary = {};
  private @Nullable UnaryOp[] unary = {};
  private int steps;

  private float[] registers = {}; // constants are there from the start
  private int registersUsed;

  SingleElementProgram(List<SingleElement> kernels, Slots slots) {
    this.slots = slots;
    this.kernels = kernels;
    Map<Long, Integer> known = new HashMap<>(); // the register with the value of each place
    for (SingleElement kernel : kernels) {
      add(kernel, known);
    }
  }

  /** Joins the programs among some kernels that follow one another. */
  static List<PreparedKernel> joined(List<PreparedKernel> prepared, Slots slots) {
    List<PreparedKernel> joined = new ArrayList<>();
    List<SingleElement> run = new ArrayList<>();
    for (PreparedKernel next : prepared) {
      if (next instanceof SingleElementProgram program) {
        run.addAll(program.kernels);
        continue;
      }
      if (!run.isEmpty()) {
        joined.add(new SingleElementProgram(List.copyOf(run), slots));
        run.clear();
      }
      joined.add(next);
    }
    if (!run.isEmpty()) {
      joined.add(new SingleElementProgram(run, slots));
    }
    return joined;
  }

  private void add(SingleElement kernel, Map<Long, Integer> known) {
    Expression expression = kernel.body().expression();
    int[] register = new int[expression.registers()];
    int next = 0;
    for (Operand input : kernel.body().inputs()) {
      register[next++] =
          known.computeIfAbsent(
              place(input), place -> step(Code.LOAD, input.slot(), input.offset(), 0));
    }
    for (int scalar : kernel.body().scalars()) {
      register[next++] = step(Code.SCALAR, scalar, 0, 0);
    }
    for (Expression.Instruction instruction : expression.instructions()) {
      register[next++] = add(instruction, register);
    }
    for (int i = 0; i < kernel.outputs().size(); i++) {
      Operand output = kernel.outputs().get(i);
      int result = folded(kernel.fold(), register[expression.results().get(i)]);
      step(Code.STORE, output.slot(), output.offset(), result);
      known.put(place(output), result);
    }
  }

  /** A number for an element of memory, whatever slot it is seen through. */
  private long place(Operand operand) {
    return (long) slots.owner(operand.slot()) << 32 | operand.offset();
  }

  private int add(Expression.Instruction instruction, int[] register) {
    return switch (instruction) {
      case Expression.Constant it -> register(it.value());
      case Expression.Where it ->
          step(Code.WHERE, register[it.condition()], register[it.a()], register[it.b()]);
      case Expression.Unary it -> {
        int result = step(Code.UNARY, register[it.a()], 0, 0);
        unary[steps - 1] = it.op();
        yield result;
      }
      case Expression.Binary it -> {
        int result = step(code(it.op()), register[it.a()], register[it.b()], 0);
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
  private int folded(@Nullable ReduceOp fold, int value) {
    if (fold == null) {
      return value;
    }
    return switch (fold) {
      case MAX, MIN -> value;
      case SUM, MEAN -> step(Code.ADD, value, register(0), 0);
    };
  }

  /** A new register that holds {@code value} until a step writes it. */
  private int register(float value) {
    if (registersUsed == registers.length) {
      registers = Arrays.copyOf(registers, 2 * registersUsed + 8);
    }
    registers[registersUsed] = value;
    return registersUsed++;
  }

  /** Adds a step and returns the register that it writes. */
  private int step(Code what, int first, int second, int third) {
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
    out[steps] = register(0);
    return out[steps++];
  }

  @Override
  public void run() {
    float[] r = registers;
    MemorySegment[] segments = slots.segments;
    Code[] codes = code;
    int[] firsts = a;
    int[] seconds = b;
    int[] to = out;
    for (int i = 0; i < steps; i++) {
      int first = firsts[i];
      int second = seconds[i];
      switch (codes[i]) {
        case LOAD -> r[to[i]] = segments[first].get(ValueLayout.JAVA_FLOAT, 4L * second);
        case SCALAR -> r[to[i]] = slots.scalars[first];
        case STORE -> segments[first].set(ValueLayout.JAVA_FLOAT, 4L * second, r[c[i]]);
        case ADD -> r[to[i]] = r[first] + r[second];
        case SUB -> r[to[i]] = r[first] - r[second];
        case MUL -> r[to[i]] = r[first] * r[second];
        case DIV -> r[to[i]] = r[first] / r[second];
        case BINARY -> r[to[i]] = (float) apply(binary[i], r[first], r[second]);
        case UNARY -> r[to[i]] = (float) apply(unary[i], r[first]);
        case WHERE -> r[to[i]] = r[first] != 0 ? r[second] : r[c[i]];
      }
    }
  }

  private static double apply(@Nullable BinaryOp op, float x, float y) {
    return Objects.requireNonNull(op).apply(x, y);
  }

  private static double apply(@Nullable UnaryOp op, float x) {
    return Objects.requireNonNull(op).apply(x);
  }

  @Override
  public double nanos() {
    return NANOS_PER_STEP * steps;
  }
}
