package dev.tandem.testing;

import dev.tandem.schedule.Operand;
import java.util.Arrays;

/**
 * A tensor-like window on a slot, for schedules made by hand: it can be sliced, permuted and
 * broadcast as a tensor can, and ends up as an {@link Operand}.
 *
 * @param slot number of the slot
 * @param offset first element
 * @param shape size along each axis
 * @param strides in elements, one for each axis
 */
public record View(int slot, int offset, int[] shape, int[] strides) {

  /** A whole slot in row-major order. */
  public static View of(int slot, int... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return new View(slot, 0, shape, strides);
  }

  /** The same elements with the axes in another order. */
  public View permute(int... axes) {
    int[] newShape = new int[axes.length];
    int[] newStrides = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      newShape[i] = shape[axes[i]];
      newStrides[i] = strides[axes[i]];
    }
    return new View(slot, offset, newShape, newStrides);
  }

  /** The same elements with the last two axes swapped. */
  public View transpose() {
    int[] axes = new int[shape.length];
    Arrays.setAll(axes, axis -> axis);
    axes[axes.length - 1] = axes.length - 2;
    axes[axes.length - 2] = axes.length - 1;
    return permute(axes);
  }

  /** Every {@code step}-th element along one axis, {@code size} of them. */
  public View slice(int axis, int from, int size, int step) {
    int[] newShape = shape.clone();
    int[] newStrides = strides.clone();
    newShape[axis] = size;
    newStrides[axis] *= step;
    return new View(slot, offset + from * strides[axis], newShape, newStrides);
  }

  /** Axes of size 1 repeated, and axes added at the front, to reach a shape. */
  public View broadcastTo(int... target) {
    int[] newStrides = new int[target.length];
    int missing = target.length - shape.length;
    for (int axis = missing; axis < target.length; axis++) {
      newStrides[axis] = shape[axis - missing] == 1 ? 0 : strides[axis - missing];
    }
    return new View(slot, offset, target, newStrides);
  }

  /** The number of elements a row-major slot of this shape has. */
  public static int elements(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
