package dev.tandem;

import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import dev.tandem.schedule.ReduceOp;
import java.util.Arrays;

/**
 * The reductions of a {@link Tensor}: folds over all axes or over some. Folded axes disappear, or
 * stay with size 1 when {@code keepDims} is set. Axes may be negative, counted from the end; naming
 * one twice or one that does not exist throws {@link IllegalArgumentException}.
 */
sealed interface TensorReductions permits Tensor {

  /** The sum of all elements, of shape {@code []}; 0 for an empty tensor. */
  default Tensor sum() {
    return reduce(ReduceOp.SUM, allAxes(), false);
  }

  /** Sums over some axes, which disappear. */
  default Tensor sum(int... axes) {
    return sum(axes, false);
  }

  /** Sums over some axes. */
  default Tensor sum(int[] axes, boolean keepDims) {
    return reduce(ReduceOp.SUM, axes, keepDims);
  }

  /** The mean of all elements, of shape {@code []}; NaN for an empty tensor. */
  default Tensor mean() {
    return reduce(ReduceOp.MEAN, allAxes(), false);
  }

  /** Means over some axes, which disappear. */
  default Tensor mean(int... axes) {
    return mean(axes, false);
  }

  /** Means over some axes. */
  default Tensor mean(int[] axes, boolean keepDims) {
    return reduce(ReduceOp.MEAN, axes, keepDims);
  }

  /**
   * The greatest of all elements, of shape {@code []}; NaN if any is NaN. Equal maxima share the
   * gradient evenly.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  default Tensor max() {
    return reduce(ReduceOp.MAX, allAxes(), false);
  }

  /** The greatest elements along some axes, which disappear. */
  default Tensor max(int... axes) {
    return max(axes, false);
  }

  /** The greatest elements along some axes. */
  default Tensor max(int[] axes, boolean keepDims) {
    return reduce(ReduceOp.MAX, axes, keepDims);
  }

  /**
   * The least of all elements, of shape {@code []}; NaN if any is NaN. Equal minima share the
   * gradient evenly.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  default Tensor min() {
    return reduce(ReduceOp.MIN, allAxes(), false);
  }

  /** The least elements along some axes, which disappear. */
  default Tensor min(int... axes) {
    return min(axes, false);
  }

  /** The least elements along some axes. */
  default Tensor min(int[] axes, boolean keepDims) {
    return reduce(ReduceOp.MIN, axes, keepDims);
  }

  private int[] allAxes() {
    int[] axes = new int[((Tensor) this).shape().rank()];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = axis;
    }
    return axes;
  }

  private Tensor reduce(ReduceOp op, int[] axes, boolean keepDims) {
    Tensor self = (Tensor) this;
    Shape shape = self.shape();
    int folded = 0;
    long count = 1;
    for (int axis : axes) {
      int index = shape.axis(axis, op);
      if ((folded >> index & 1) != 0) {
        throw new IllegalArgumentException(
            "%s: axis %d of shape %s is named twice".formatted(Shape.word(op), axis, shape));
      }
      folded |= 1 << index;
      count *= shape.dimension(index);
    }
    Shape result = reducedShape(shape, folded, keepDims);
    if (count == 0 && result.elements() > 0 && (op == ReduceOp.MAX || op == ReduceOp.MIN)) {
      throw new IllegalArgumentException(
          "%s: shape %s has no elements along the folded axes, so there is no %s"
              .formatted(Shape.word(op), shape, Shape.word(op)));
    }
    return new Tensor(Node.of(new Op.Reduce(op, folded, keepDims), result, self.node()));
  }

  /** What is left of a shape; {@code folded} has a bit for each axis. */
  static Shape reducedShape(Shape shape, int folded, boolean keepDims) {
    int[] dimensions = new int[shape.rank()];
    int rank = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      boolean isFolded = (folded >> axis & 1) != 0;
      if (!isFolded || keepDims) {
        dimensions[rank++] = isFolded ? 1 : shape.dimension(axis);
      }
    }
    return Shape.owning(Arrays.copyOf(dimensions, rank));
  }
}
