package dev.tandem.schedule;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A fused elementwise computation: a straight-line program over registers, run once for every
 * element of a kernel's iteration space. It says what is computed, not where values lie (that is
 * {@link Body}) nor in which order elements are visited.
 *
 * <p>Registers are numbered in one row: first {@code inputs} values loaded from operands, then
 * {@code scalars} values that are the same for every element and may differ at every run, then the
 * result of each instruction in turn. An instruction reads lower registers only. Each register is a
 * float32: an engine rounds after every instruction (fusing a multiplication and an addition into
 * one fma is not allowed, so that every engine gives the reference's bits for exact operations).
 *
 * @param inputs how many registers are loaded from operands
 * @param scalars how many registers hold run-time scalars
 * @param instructions the program
 * @param results the registers stored as outputs, one for each output of the kernel
 */
public record Expression(
    int inputs, int scalars, List<Instruction> instructions, List<Integer> results) {

  public Expression {
    instructions = List.copyOf(instructions);
    results = List.copyOf(results);
  }

  /** One step of the program; the operands {@code a}, {@code b} ... are register numbers. */
  public sealed interface Instruction {

    /** The same function of other registers: {@code number} gives the new one for each old one. */
    default Instruction renumbered(IntUnaryOperator number) {
      return switch (this) {
        case Constant it -> it;
        case Unary it -> new Unary(it.op, number.applyAsInt(it.a));
        case Binary it -> new Binary(it.op, number.applyAsInt(it.a), number.applyAsInt(it.b));
        case Where it ->
            new Where(
                number.applyAsInt(it.condition), number.applyAsInt(it.a), number.applyAsInt(it.b));
      };
    }
  }

  /** A function of one register. */
  public record Unary(UnaryOp op, int a) implements Instruction {}

  /** A function of two registers. */
  public record Binary(BinaryOp op, int a, int b) implements Instruction {}

  /** {@code a} where the condition is not 0 (NaN counts as not 0), {@code b} elsewhere. */
  public record Where(int condition, int a, int b) implements Instruction {}

  /** A value known when the schedule was made. */
  public record Constant(float value) implements Instruction {}

  /** The program that stores its only input: a copy. */
  public static final Expression IDENTITY = new Expression(1, 0, List.of(), List.of(0));

  /** The register that instruction {@code index} writes. */
  public int register(int index) {
    return inputs + scalars + index;
  }

  /** How many registers there are. */
  public int registers() {
    return inputs + scalars + instructions.size();
  }

  /** Whether this program only passes its single input on. */
  public boolean isIdentity() {
    return equals(IDENTITY);
  }
}
