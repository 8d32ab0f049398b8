package dev.tandem.schedule;

import java.util.Arrays;

/**
 * Where a kernel finds or puts one of its values: a strided window on a slot of the schedule. The
 * element at index {@code (i0, i1, ...)} of the kernel's iteration space is element {@code offset +
 * i0 * strides[0] + i1 * strides[1] + ...} of the slot.
 *
 * <p>A stride of 0 repeats an element along that axis (broadcasting). Strides are never negative.
 * Reading operands may overlap themselves; written ones never do, except a reduction's output,
 * whose strides are 0 along the axes that are folded away.
 *
 * @param slot index of a slot, see {@link Schedule}
 * @param offset first element, counted from the start of the slot
 * @param strides one for each axis of the kernel's iteration space, in elements
 */
public record Operand(int slot, int offset, int[] strides) {

  /** The strides that walk {@code shape} in row-major order without gaps. */
  public static int[] contiguous(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /** The stride of one axis, in elements. */
  public int stride(int axis) {
    return strides[axis];
  }

  /** Whether these strides walk {@code shape} in row-major order without gaps. */
  public boolean isContiguous(int[] shape) {
    return isContiguous(shape, strides);
  }

  /** Whether {@code strides} walk {@code shape} in row-major order without gaps. */
  public static boolean isContiguous(int[] shape, int[] strides) {
    int expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && strides[axis] != expected) {
        return false;
      }
      expected *= shape[axis];
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Operand that
        && slot == that.slot
        && offset == that.offset
        && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return (slot * 31 + offset) * 31 + Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    return "%" + slot + (offset == 0 ? "" : "+" + offset) + Arrays.toString(strides);
  }
}
