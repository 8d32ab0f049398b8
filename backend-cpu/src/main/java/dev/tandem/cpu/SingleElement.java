package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kernel over a single element with functions whose float32 result is exact: what a {@link
 * SingleElementProgram} is made of.
 *
 * @param body what is computed
 * @param outputs where the results go
 * @param fold how the value is folded; null where it is not
 */
record SingleElement(Body body, List<Operand> outputs, @Nullable ReduceOp fold) {

  /** The kernel prepared, or null if it is none of this kind. */
  static @Nullable PreparedKernel prepare(Kernel.Elementwise kernel, Slots slots) {
    return prepare(kernel.shape(), new SingleElement(kernel.body(), kernel.outputs(), null), slots);
  }

  /** As above; a fold of one value. */
  static @Nullable PreparedKernel prepare(Kernel.Reduction kernel, Slots slots) {
    SingleElement fold = new SingleElement(kernel.body(), List.of(kernel.output()), kernel.op());
    return prepare(kernel.shape(), fold, slots);
  }

  private static @Nullable PreparedKernel prepare(int[] shape, SingleElement kernel, Slots slots) {
    for (int size : shape) {
      if (size != 1) {
        return null;
      }
    }
    for (Expression.Instruction instruction : kernel.body.expression().instructions()) {
      if (!isExact(instruction)) {
        return null;
      }
    }
    return new SingleElementProgram(List.of(kernel), slots);
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
}
