package dev.tandem;

import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import java.util.Arrays;

/**
 * The operations of a {@link Tensor} that move elements without changing them. Most cost nothing:
 * the kernel that reads the result walks the original in another order.
 */
sealed interface TensorMovement permits Tensor {

  /**
   * The tensor with its axes in another order: axis i of the result is axis {@code axes[i]}.
   *
   * @throws IllegalArgumentException unless every axis is named exactly once
   */
  default Tensor permute(int... axes) {
    Tensor self = (Tensor) this;
    Shape shape = self.shape();
    int[] order = new int[axes.length];
    int seen = 0;
    for (int i = 0; i < axes.length; i++) {
      order[i] = shape.axis(axes[i], "permute");
      seen |= 1 << order[i];
    }
    if (axes.length != shape.rank() || seen != (1 << shape.rank()) - 1) {
      throw new IllegalArgumentException(
          "permute: axes %s must name each of the %d axes of shape %s once"
              .formatted(Arrays.toString(axes), shape.rank(), shape));
    }
    return permuted(self.node(), order);
  }

  private static Tensor permuted(Node node, int[] order) {
    if (node.op() instanceof Op.Permute before && !node.isKnown()) {
      int[] composed = new int[order.length];
      for (int i = 0; i < order.length; i++) {
        composed[i] = before.axes()[order[i]];
      }
      return permuted(node.input(0), composed);
    }
    boolean isIdentity = true;
    int[] dimensions = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      dimensions[i] = node.shape().dimension(order[i]);
      isIdentity &= order[i] == i;
    }
    return new Tensor(
        isIdentity ? node : Node.of(new Op.Permute(order), Shape.owning(dimensions), node));
  }

  /** The tensor with its last two axes exchanged: the transpose of each matrix. Rank at least 2. */
  default Tensor transpose() {
    int rank = ((Tensor) this).shape().rank();
    if (rank < 2) {
      throw new IllegalArgumentException(
          "transpose: shape %s has fewer than two axes; use unsqueeze to add one"
              .formatted(((Tensor) this).shape()));
    }
    return transpose(rank - 2, rank - 1);
  }

  /** The tensor with two axes exchanged. */
  default Tensor transpose(int first, int second) {
    Shape shape = ((Tensor) this).shape();
    int[] order = new int[shape.rank()];
    for (int axis = 0; axis < order.length; axis++) {
      order[axis] = axis;
    }
    int a = shape.axis(first, "transpose");
    int b = shape.axis(second, "transpose");
    order[a] = b;
    order[b] = a;
    return permuted(((Tensor) this).node(), order);
  }

  /**
   * The same elements in row-major order under another shape. One dimension may be -1: it becomes
   * what is left.
   *
   * @throws IllegalArgumentException if the numbers of elements differ
   */
  default Tensor reshape(int... dimensions) {
    Tensor self = (Tensor) this;
    return reshape(inferred(self.shape(), dimensions));
  }

  /** The same elements in row-major order under another shape. */
  default Tensor reshape(Shape shape) {
    Tensor self = (Tensor) this;
    if (shape.elements() != self.shape().elements()) {
      throw new IllegalArgumentException(
          "reshape: %s has %d elements, %s has %d"
              .formatted(self.shape(), self.shape().elements(), shape, shape.elements()));
    }
    return shape.equals(self.shape())
        ? new Tensor(self.node())
        : new Tensor(Node.of(Op.Plain.RESHAPE, shape, self.node()));
  }

  private static Shape inferred(Shape from, int[] dimensions) {
    int unknown = -1;
    long known = 1;
    for (int axis = 0; axis < dimensions.length; axis++) {
      if (dimensions[axis] != -1) {
        known *= dimensions[axis];
      } else if (unknown >= 0) {
        throw new IllegalArgumentException(
            "reshape: only one dimension of %s may be -1".formatted(Arrays.toString(dimensions)));
      } else {
        unknown = axis;
      }
    }
    if (unknown < 0) {
      return Shape.of(dimensions);
    }
    if (known == 0 || from.elements() % known != 0) {
      throw new IllegalArgumentException(
          "reshape: %s with its %d elements does not fit %s"
              .formatted(from, from.elements(), Arrays.toString(dimensions)));
    }
    int[] complete = dimensions.clone();
    complete[unknown] = (int) (from.elements() / known);
    return Shape.of(complete);
  }

  /** The tensor without one axis, which has size 1. */
  default Tensor squeeze(int axis) {
    Shape shape = ((Tensor) this).shape();
    int index = shape.axis(axis, "squeeze");
    if (shape.dimension(index) != 1) {
      throw new IllegalArgumentException(
          "squeeze: axis %d of shape %s has size %d, not 1"
              .formatted(axis, shape, shape.dimension(index)));
    }
    int[] dimensions = new int[shape.rank() - 1];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = shape.dimension(i < index ? i : i + 1);
    }
    return reshape(Shape.of(dimensions));
  }

  /** The tensor without any axes of size 1. */
  default Tensor squeeze() {
    Shape shape = ((Tensor) this).shape();
    return reshape(Shape.of(Arrays.stream(shape.toArray()).filter(size -> size != 1).toArray()));
  }

  /** The tensor with a new axis of size 1, which becomes axis {@code axis} of the result. */
  default Tensor unsqueeze(int axis) {
    Shape shape = ((Tensor) this).shape();
    int rank = shape.rank();
    if (axis < -rank - 1 || axis > rank) {
      throw new IllegalArgumentException(
          "unsqueeze: axis %d does not fit shape %s; it can be from %d to %d"
              .formatted(axis, shape, -rank - 1, rank));
    }
    int index = axis < 0 ? axis + rank + 1 : axis;
    int[] dimensions = new int[rank + 1];
    for (int i = 0; i <= rank; i++) {
      dimensions[i] = i == index ? 1 : shape.dimension(i < index ? i : i - 1);
    }
    return reshape(Shape.of(dimensions));
  }

  /**
   * The tensor repeated along axes of size 1 and along new leading axes.
   *
   * @throws IllegalArgumentException if the shape does not broadcast to the wanted one
   */
  default Tensor broadcastTo(int... dimensions) {
    return broadcastTo(Shape.of(dimensions));
  }

  /** The tensor repeated along axes of size 1 and along new leading axes. */
  default Tensor broadcastTo(Shape shape) {
    Tensor self = (Tensor) this;
    if (shape.equals(self.shape())) {
      return new Tensor(self.node());
    }
    if (!self.shape().broadcastsTo(shape)) {
      throw new IllegalArgumentException(
          "broadcastTo: %s does not broadcast to %s: aligned at the end, each dimension must be equal or 1"
              .formatted(self.shape(), shape));
    }
    return new Tensor(Node.of(Op.Plain.BROADCAST_TO, shape, self.node()));
  }

  /**
   * The elements from {@code from} (inclusive) to {@code to} (exclusive) along one axis. Negative
   * positions count from the end.
   *
   * @throws IllegalArgumentException if a position lies outside the axis, or {@code from > to}
   */
  default Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /** Every {@code step}-th element from {@code from} (inclusive) to {@code to} (exclusive). */
  default Tensor slice(int axis, int from, int to, int step) {
    Tensor self = (Tensor) this;
    Shape shape = self.shape();
    int index = shape.axis(axis, "slice");
    int size = shape.dimension(index);
    int start = from < 0 ? from + size : from;
    int end = to < 0 ? to + size : to;
    if (start < 0 || end > size || start > end || step < 1) {
      throw new IllegalArgumentException(
          "slice: from %d to %d by %d does not fit axis %d of shape %s: positions go from 0 to %d, steps forward"
              .formatted(from, to, step, axis, shape, size));
    }
    int[] dimensions = shape.toArray();
    int[] starts = new int[dimensions.length];
    int[] steps = new int[dimensions.length];
    Arrays.fill(steps, 1);
    dimensions[index] = (end - start + step - 1) / step;
    starts[index] = start;
    steps[index] = step;
    return new Tensor(Node.of(new Op.Slice(starts, steps), Shape.of(dimensions), self.node()));
  }
}
