package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;

/**
 * Rough times of the primitives, measured on AVX-512 in the L1 cache; used to decide what is worth
 * a second thread. An error of a factor of two does no harm.
 */
final class Costs {

  /** Nanoseconds for an element of a simple function: a load or two, an instruction, a store. */
  private static final double SIMPLE = 0.03;

  private static final double DIVISION = 0.06;
  private static final double POLYNOMIAL = 0.25;
  private static final double LONG_POLYNOMIAL = 0.4;

  private Costs() {}

  /** Nanoseconds for an element of an instruction. */
  static double of(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it -> unary(it.op());
      case Expression.Binary it -> binary(it.op());
      case Expression.Where it -> SIMPLE;
      case Expression.Constant it -> 0;
    };
  }

  private static double unary(UnaryOp op) {
    return switch (op) {
      case NEG, ABS, SQUARE, RELU, SIGN, FLOOR -> SIMPLE;
      case SQRT, RECIPROCAL -> DIVISION;
      case EXP, LOG, SIN, COS -> POLYNOMIAL;
      case TANH, SIGMOID, GELU, SOFTPLUS, ERF -> LONG_POLYNOMIAL;
    };
  }

  private static double binary(BinaryOp op) {
    return switch (op) {
      case ADD, SUB, MUL, MAXIMUM, MINIMUM, EQ, NE, LT, LE, GT, GE -> SIMPLE;
      case DIV -> DIVISION;
      case POW -> 2 * LONG_POLYNOMIAL;
    };
  }
}
