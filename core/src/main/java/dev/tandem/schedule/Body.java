package dev.tandem.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * An {@link Expression} with the places its inputs come from.
 *
 * @param expression the program
 * @param inputs one operand for each input register of the expression; in a matmul's epilogue input
 *     register 0 is the product itself and {@code inputs} starts with register 1
 * @param scalars for each scalar register its index among the scalars of the run
 */
public record Body(Expression expression, List<Operand> inputs, int[] scalars) {

  private static final int[] NO_SCALARS = {};

  public Body {
    inputs = List.copyOf(inputs);
  }

  /** A body that passes one operand on unchanged. */
  public static Body copyOf(Operand source) {
    return new Body(Expression.IDENTITY, List.of(source), NO_SCALARS);
  }

  /** A body that yields the same value everywhere. */
  public static Body constant(float value) {
    Expression expression =
        new Expression(0, 0, List.of(new Expression.Constant(value)), List.of(0));
    return new Body(expression, List.of(), NO_SCALARS);
  }

  /** The epilogue that leaves a matmul's product as it is. */
  public static Body noEpilogue() {
    return new Body(Expression.IDENTITY, List.of(), NO_SCALARS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body that
        && expression.equals(that.expression)
        && inputs.equals(that.inputs)
        && Arrays.equals(scalars, that.scalars);
  }

  @Override
  public int hashCode() {
    return (expression.hashCode() * 31 + inputs.hashCode()) * 31 + Arrays.hashCode(scalars);
  }
}
