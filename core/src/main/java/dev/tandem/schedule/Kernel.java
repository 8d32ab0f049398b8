package dev.tandem.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * One unit of work of a schedule. Three kinds are all there is: copies, fills, concatenation and
 * padding are elementwise kernels with a trivial expression and strided outputs.
 *
 * <p>Iteration spaces come simplified: axes of size 1 are gone, neighbouring axes that every
 * operand walks as one are merged (so a contiguous elementwise kernel has rank 1, and rank 0 means
 * a single element), and no axis has size 0: kernels without work are not scheduled. An output may
 * be the very window that an input reads (an update in place); otherwise outputs and inputs do not
 * overlap.
 */
public sealed interface Kernel {

  /**
   * Computes every element of an iteration space independently.
   *
   * @param shape the iteration space
   * @param body what to compute and from what; its operands have a stride for each axis of shape
   * @param outputs where the expression's results go, one for each
   */
  record Elementwise(int[] shape, Body body, List<Operand> outputs) implements Kernel {
    public Elementwise {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Folds an elementwise computation along some axes. The order of the fold is the engine's choice,
   * but fixed: it depends on the kernel alone, never on the number of threads.
   *
   * @param shape the whole iteration space, folded axes included; an axis of size 0 can occur among
   *     the folded ones
   * @param reduced for each axis whether it is folded
   * @param op the fold
   * @param body what is folded; its expression has one result
   * @param output where the results go; stride 0 along the folded axes
   */
  record Reduction(int[] shape, boolean[] reduced, ReduceOp op, Body body, Operand output)
      implements Kernel {

    /** How many values are folded into each result; 0 is possible. */
    public long count() {
      long count = 1;
      for (int axis = 0; axis < shape.length; axis++) {
        count *= reduced[axis] ? shape[axis] : 1;
      }
      return count;
    }
  }

  /**
   * Multiplies matrices: for every batch index {@code product[i, j] = sum over p of left[i, p] *
   * right[p, j]}, then applies the epilogue to each element of the product and stores it. With k =
   * 0 the product is 0. Transposes and broadcast batches are nothing but strides here.
   *
   * @param batch the batch axes; empty for a single product
   * @param m rows of the product
   * @param n columns of the product
   * @param k length of the sums; 0 is possible
   * @param left strides for the batch axes, then m, then k
   * @param right strides for the batch axes, then k, then n
   * @param epilogue its register 0 is the product; its operands have strides for the batch axes,
   *     then m, then n; one result
   * @param output strides for the batch axes, then m, then n; row-major and without gaps
   */
  record Matmul(
      int[] batch, int m, int n, int k, Operand left, Operand right, Body epilogue, Operand output)
      implements Kernel {

    /** What the epilogue goes through: the batch axes, then m, then n. */
    public int[] shape() {
      int[] shape = Arrays.copyOf(batch, batch.length + 2);
      shape[batch.length] = m;
      shape[batch.length + 1] = n;
      return shape;
    }
  }
}
