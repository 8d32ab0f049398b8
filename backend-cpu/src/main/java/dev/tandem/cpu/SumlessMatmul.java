package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix products in which nothing is summed: with k = 0 every element is 0, with k = 1 it is a
 * product of two numbers. Together with the epilogue that is an elementwise kernel.
 */
final class SumlessMatmul {

  private SumlessMatmul() {}

  /** The product for k = 0. */
  static PreparedKernel zero(Kernel.Matmul kernel, Preparation preparation) {
    Expression.Instruction zero = new Expression.Constant(0);
    return elementwise(kernel, List.of(), zero, preparation);
  }

  /** The product for k = 1. */
  static PreparedKernel outer(Kernel.Matmul kernel, Preparation preparation) {
    int rank = kernel.batch().length;
    int[] left = kernel.left().strides().clone();
    left[rank + 1] = 0; // [batch..., m, n], the same in every column
    int[] right = kernel.right().strides().clone();
    right[rank] = 0;
    List<Operand> factors =
        List.of(
            new Operand(kernel.left().slot(), kernel.left().offset(), left),
            new Operand(kernel.right().slot(), kernel.right().offset(), right));
    Expression.Instruction product = new Expression.Binary(BinaryOp.MUL, 0, 1);
    return elementwise(kernel, factors, product, preparation);
  }

  /**
   * The epilogue with {@code first}, computed from {@code factors}, in the place of the product.
   */
  private static PreparedKernel elementwise(
      Kernel.Matmul kernel,
      List<Operand> factors,
      Expression.Instruction first,
      Preparation preparation) {
    Expression epilogue = kernel.epilogue().expression();
    int inputs = factors.size() + epilogue.inputs() - 1;
    int scalars = epilogue.scalars();
    Renumbering renumbering =
        new Renumbering(epilogue, inputs + scalars, factors.size() - 1, factors.size());
    List<Expression.Instruction> instructions = new ArrayList<>(List.of(first));
    epilogue.instructions().forEach(it -> instructions.add(it.renumbered(renumbering::register)));
    List<Integer> results = epilogue.results().stream().map(renumbering::register).toList();
    List<Operand> operands = new ArrayList<>(factors);
    operands.addAll(kernel.epilogue().inputs());
    Body body =
        new Body(
            new Expression(inputs, scalars, instructions, results),
            operands,
            kernel.epilogue().scalars());
    return ElementwiseKernel.of(
        new Kernel.Elementwise(kernel.shape(), body, List.of(kernel.output())), preparation);
  }

  /**
   * New numbers for an epilogue's registers.
   *
   * @param product the register that takes the place of register 0
   * @param loadedShift what is added to the other inputs and the scalars
   * @param computedShift what is added to the results of instructions
   */
  private record Renumbering(Expression epilogue, int product, int loadedShift, int computedShift) {

    int register(int old) {
      if (old == 0) {
        return product;
      }
      return old + (old < epilogue.register(0) ? loadedShift : computedShift);
    }
  }
}
