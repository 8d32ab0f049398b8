package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes an {@link Expression} line by line; every method answers the register it fills. */
public final class ExpressionBuilder {

  private final int inputs;
  private final int scalars;
  private final List<Expression.Instruction> instructions = new ArrayList<>();

  /** Registers 0 to inputs - 1 are operands, the next ones scalars. */
  public ExpressionBuilder(int inputs, int scalars) {
    this.inputs = inputs;
    this.scalars = scalars;
  }

  /** The register of a scalar. */
  public int scalar(int index) {
    return inputs + index;
  }

  public int unary(UnaryOp op, int a) {
    return add(new Expression.Unary(op, a));
  }

  public int binary(BinaryOp op, int a, int b) {
    return add(new Expression.Binary(op, a, b));
  }

  public int where(int condition, int a, int b) {
    return add(new Expression.Where(condition, a, b));
  }

  public int constant(float value) {
    return add(new Expression.Constant(value));
  }

  private int add(Expression.Instruction instruction) {
    instructions.add(instruction);
    return registers() - 1;
  }

  /** How many registers there are so far. */
  public int registers() {
    return inputs + scalars + instructions.size();
  }

  /** The program with these results. */
  public Expression results(Integer... registers) {
    return new Expression(inputs, scalars, instructions, Arrays.asList(registers));
  }

  /** A program of one function. */
  public static Expression of(UnaryOp op) {
    ExpressionBuilder builder = new ExpressionBuilder(1, 0);
    return builder.results(builder.unary(op, 0));
  }

  /** A program of one function of two operands. */
  public static Expression of(BinaryOp op) {
    ExpressionBuilder builder = new ExpressionBuilder(2, 0);
    return builder.results(builder.binary(op, 0, 1));
  }

  /** The program that stores a constant. */
  public static Expression ofConstant(float value) {
    ExpressionBuilder builder = new ExpressionBuilder(0, 0);
    return builder.results(builder.constant(value));
  }
}
