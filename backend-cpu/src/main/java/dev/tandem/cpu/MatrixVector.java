package dev.tandem.cpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.ReduceOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products with a vector: every element of the matrix is used once, so nothing is worth packing. A
 * single matrix with a contiguous axis has kernels for it ({@link MatrixVectorRows}, {@link
 * MatrixVectorColumns}); otherwise the product is a reduction, sum(matrix * vector). The epilogue
 * follows on the few results.
 */
final class MatrixVector implements PreparedKernel {

  private static final Expression PRODUCT =
      new Expression(2, 0, List.of(new Expression.Binary(BinaryOp.MUL, 0, 1)), List.of(2));

  private final PreparedKernel product;
  private final @Nullable PreparedKernel epilogue;

  MatrixVector(Kernel.Matmul kernel, Preparation preparation) {
    int rank = kernel.batch().length;
    boolean column = kernel.n() == 1;
    Operand matrix = column ? kernel.left() : transposed(kernel.right(), rank);
    Operand vector = column ? transposed(kernel.right(), rank) : kernel.left();
    int[] shape = Arrays.copyOf(kernel.batch(), rank + 2);
    shape[rank] = column ? kernel.m() : kernel.n();
    shape[rank + 1] = kernel.k();

    boolean identity = kernel.epilogue().expression().isIdentity();
    int[] sums = shape.clone();
    sums[rank + 1] = 1;
    Operand target = identity ? kernel.output() : preparation.place(sums);
    MatrixVectorOperands operands =
        new MatrixVectorOperands(
            preparation.slots(),
            matrix,
            vector,
            target,
            shape[rank],
            kernel.k(),
            matrix.stride(rank),
            matrix.stride(rank + 1),
            vector.stride(rank + 1));
    boolean single = Arrays.stream(kernel.batch()).allMatch(size -> size == 1);
    if (single && operands.haveRows()) {
      this.product = new MatrixVectorRows(operands, preparation.parallel());
    } else if (single && operands.haveColumns()) {
      this.product = new MatrixVectorColumns(operands, preparation.parallel());
    } else {
      this.product = reduction(shape, matrix, vector, target, preparation);
    }
    this.epilogue = identity ? null : epilogue(kernel, target, preparation);
  }

  /** Whether a product has a vector among its operands. */
  static boolean suits(MatmulShape shape) {
    return shape.m() == 1 || shape.n() == 1;
  }

  /**
   * Sums the products up, over the last axis.
   *
   * @param shape [batch..., rows, k]
   */
  private static PreparedKernel reduction(
      int[] shape, Operand matrix, Operand vector, Operand target, Preparation preparation) {
    int last = shape.length - 1;
    boolean[] reduced = new boolean[shape.length];
    reduced[last] = true;
    int[] repeated = vector.strides().clone();
    repeated[last - 1] = 0; // the same for every row
    int[] results = target.strides().clone();
    results[last - 1] = 1;
    results[last] = 0;
    Body body =
        new Body(
            PRODUCT,
            List.of(matrix, new Operand(vector.slot(), vector.offset(), repeated)),
            new int[0]);
    Operand output = new Operand(target.slot(), target.offset(), results);
    return ReductionKernel.of(
        new Kernel.Reduction(shape, reduced, ReduceOp.SUM, body, output), preparation);
  }

  private static Operand transposed(Operand operand, int rank) {
    int[] strides = operand.strides().clone();
    strides[rank] = operand.stride(rank + 1);
    strides[rank + 1] = operand.stride(rank);
    return new Operand(operand.slot(), operand.offset(), strides);
  }

  private static PreparedKernel epilogue(
      Kernel.Matmul kernel, Operand sums, Preparation preparation) {
    int rank = kernel.batch().length;
    int[] strides = sums.strides().clone();
    strides[rank + 1] = 1; // one of the two axes has a single element
    strides[rank] = 1;
    List<Operand> inputs =
        new ArrayList<>(List.of(new Operand(sums.slot(), sums.offset(), strides)));
    inputs.addAll(kernel.epilogue().inputs());
    Body body = new Body(kernel.epilogue().expression(), inputs, kernel.epilogue().scalars());
    return new ElementwiseKernel(
        new Kernel.Elementwise(kernel.shape(), body, List.of(kernel.output())), preparation);
  }

  @Override
  public void run() {
    product.run();
    if (epilogue != null) {
      epilogue.run();
    }
  }

  @Override
  public double nanos() {
    return product.nanos() + (epilogue == null ? 0 : epilogue.nanos());
  }
}
