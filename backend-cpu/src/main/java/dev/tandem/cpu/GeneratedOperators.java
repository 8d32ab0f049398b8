package dev.tandem.cpu;

import static dev.tandem.cpu.GeneratedCode.VECTOR;
import static dev.tandem.cpu.GeneratedCode.describe;
import static java.lang.constant.ConstantDescs.CD_float;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The operators that fit into a {@link GeneratedKernel}: those that are exact and take a few vector
 * instructions. Each is written as its loop in {@link UnaryLoops}, {@link BinaryLoops} or {@link
 * ComparisonLoops} has it, so that it has the same bits.
 */
final class GeneratedOperators {

  /**
   * How much a kernel may hold, in simple instructions. Beyond that it runs slower than two kernels
   * that hand values on through the cache, and far beyond the JIT gives it up and boxes every
   * vector.
   */
  static final int CAPACITY = 24;

  private static final int SIMPLE = 1;
  private static final int SELECTION = 3; // a comparison and a blend, which make many nodes

  /** What an operator weighs that must stay a loop of its own. */
  static final int UNFIT = Integer.MAX_VALUE;

  private static final ClassDesc ANY_VECTOR = describe(Vector.class);
  private static final ClassDesc MASK = describe(VectorMask.class);
  private static final ClassDesc OPERATORS = describe(VectorOperators.class);
  private static final ClassDesc COMPARISON = describe(VectorOperators.Comparison.class);
  private static final MethodTypeDesc UNARY = MethodTypeDesc.of(VECTOR);
  private static final MethodTypeDesc BINARY = MethodTypeDesc.of(VECTOR, ANY_VECTOR);
  private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(MASK, COMPARISON, ANY_VECTOR);
  private static final MethodTypeDesc BLEND = MethodTypeDesc.of(VECTOR, ANY_VECTOR, MASK);

  private final CodeBuilder code;
  private final Map<Float, Integer> constants = new HashMap<>(); // locals

  /** Writes what the operators of an expression need before the loop. */
  GeneratedOperators(CodeBuilder code, Expression expression) {
    this.code = code;
    for (Expression.Instruction instruction : expression.instructions()) {
      for (float constant : constants(instruction)) {
        constants.computeIfAbsent(constant, this::broadcast);
      }
    }
  }

  /** What an instruction counts towards {@link #CAPACITY}. */
  static int weight(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it ->
          switch (it.op()) {
            case NEG, ABS, SQRT, SQUARE, RECIPROCAL -> SIMPLE;
            case RELU -> SELECTION;
            case SIGN -> 2 * SELECTION;
            case FLOOR, EXP, LOG, TANH, SIGMOID, GELU, SOFTPLUS, ERF, SIN, COS -> UNFIT;
          };
      case Expression.Binary it ->
          switch (it.op()) {
            case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM -> SIMPLE;
            case EQ, NE, LT, LE, GT, GE -> SELECTION;
            case POW -> UNFIT;
          };
      case Expression.Where it -> SELECTION;
      case Expression.Constant it -> SIMPLE;
    };
  }

  private static float[] constants(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it when it.op() == UnaryOp.RECIPROCAL -> new float[] {1};
      case Expression.Unary it when it.op() == UnaryOp.RELU -> new float[] {0};
      case Expression.Unary it when it.op() == UnaryOp.SIGN -> new float[] {-1, 0, 1};
      case Expression.Unary it -> new float[0];
      case Expression.Binary it -> weight(it) == SELECTION ? new float[] {0, 1} : new float[0];
      case Expression.Where it -> new float[] {0};
      case Expression.Constant it -> new float[] {it.value()};
    };
  }

  private int broadcast(float value) {
    code.getstatic(GeneratedCode.LANES, "SPECIES", GeneratedCode.SPECIES);
    code.loadConstant(value);
    code.invokestatic(
        VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, GeneratedCode.SPECIES, CD_float));
    return GeneratedCode.stored(code);
  }

  /**
   * Writes an instruction, which leaves its vector on the stack.
   *
   * @param registers the local of each register
   */
  void write(Expression.Instruction instruction, int[] registers) {
    switch (instruction) {
      case Expression.Unary it -> unary(it.op(), registers[it.a()]);
      case Expression.Binary it -> binary(it.op(), registers[it.a()], registers[it.b()]);
      case Expression.Where it -> {
        code.aload(registers[it.b()]).aload(registers[it.a()]);
        compare("NE", registers[it.condition()], constant(0));
        blend();
      }
      case Expression.Constant it -> code.aload(constant(it.value()));
    }
  }

  private void unary(UnaryOp op, int a) {
    switch (op) {
      case NEG -> code.aload(a).invokevirtual(VECTOR, "neg", UNARY);
      case ABS -> code.aload(a).invokevirtual(VECTOR, "abs", UNARY);
      case SQRT -> code.aload(a).invokevirtual(VECTOR, "sqrt", UNARY);
      case SQUARE -> arithmetic("mul", a, a);
      case RECIPROCAL -> arithmetic("div", constant(1), a);
      case RELU -> {
        code.aload(a).aload(constant(0));
        compare("LT", a, constant(0));
        blend();
      }
      case SIGN -> {
        code.aload(constant(0)).aload(constant(1));
        compare("GT", a, constant(0));
        blend();
        code.aload(constant(-1));
        compare("LT", a, constant(0));
        blend();
      }
      case FLOOR, EXP, LOG, TANH, SIGMOID, GELU, SOFTPLUS, ERF, SIN, COS ->
          throw new AssertionError(op + " is a loop of its own");
    }
  }

  private void binary(BinaryOp op, int a, int b) {
    switch (op) {
      case ADD -> arithmetic("add", a, b);
      case SUB -> arithmetic("sub", a, b);
      case MUL -> arithmetic("mul", a, b);
      case DIV -> arithmetic("div", a, b);
      case MAXIMUM -> arithmetic("max", a, b);
      case MINIMUM -> arithmetic("min", a, b);
      case EQ, NE, LT, LE, GT, GE -> {
        code.aload(constant(0)).aload(constant(1));
        compare(op.name(), a, b);
        blend();
      }
      case POW -> throw new AssertionError(op + " is a loop of its own");
    }
  }

  private void arithmetic(String name, int a, int b) {
    code.aload(a).aload(b).invokevirtual(VECTOR, name, BINARY);
  }

  private void compare(String relation, int a, int b) {
    code.aload(a).getstatic(OPERATORS, relation, COMPARISON).aload(b);
    code.invokevirtual(VECTOR, "compare", COMPARE);
  }

  private void blend() {
    code.invokevirtual(VECTOR, "blend", BLEND);
  }

  private int constant(float value) {
    return Objects.requireNonNull(constants.get(value));
  }
}
