package dev.tandem.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An iteration space with the strides of several operands over it, and the rearrangements that
 * leave the computation the same: axes of size 1 dropped, axes reordered, neighbours merged. Used
 * when a kernel is prepared, never when it runs.
 *
 * @param shape the size of each axis
 * @param strides for each operand its stride along each axis, in elements
 */
record Space(int[] shape, int[][] strides) {

  /** The number of axes. */
  int rank() {
    return shape.length;
  }

  /** The axes in another order: axis {@code i} of the result is axis {@code order[i]} of this. */
  Space permuted(int[] order) {
    int[][] permuted = new int[strides.length][];
    for (int operand = 0; operand < strides.length; operand++) {
      permuted[operand] = pick(strides[operand], order);
    }
    return new Space(pick(shape, order), permuted);
  }

  private static int[] pick(int[] values, int[] order) {
    int[] picked = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      picked[i] = values[order[i]];
    }
    return picked;
  }

  /**
   * The axes by decreasing stride: for each the greatest among some operands counts. Equal ones
   * keep their order.
   *
   * @param first the first operand that counts
   * @param end the first that does not count any more
   */
  int[] orderByStride(int first, int end) {
    List<Integer> order = new ArrayList<>();
    int[] greatest = new int[rank()];
    for (int axis = 0; axis < rank(); axis++) {
      order.add(axis);
      for (int operand = first; operand < end; operand++) {
        greatest[axis] = Math.max(greatest[axis], strides[operand][axis]);
      }
    }
    order.sort((a, b) -> Integer.compare(greatest[b], greatest[a]));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Without axes of size 1, and with neighbours merged that every operand walks as one. */
  Space merged() {
    int[] sizes = new int[rank()];
    int[][] merged = new int[strides.length][rank()];
    int count = 0;
    for (int axis = 0; axis < rank(); axis++) {
      if (shape[axis] == 1) {
        continue;
      }
      if (count > 0 && continues(merged, count - 1, axis)) {
        sizes[count - 1] *= shape[axis];
        count--;
      } else {
        sizes[count] = shape[axis];
      }
      for (int operand = 0; operand < strides.length; operand++) {
        merged[operand][count] = strides[operand][axis];
      }
      count++;
    }
    for (int operand = 0; operand < strides.length; operand++) {
      merged[operand] = Arrays.copyOf(merged[operand], count);
    }
    return new Space(Arrays.copyOf(sizes, count), merged);
  }

  /**
   * Whether every operand reaches the end of {@code axis} where the axis merged before it steps on.
   */
  private boolean continues(int[][] merged, int last, int axis) {
    for (int operand = 0; operand < strides.length; operand++) {
      if (merged[operand][last] != (long) strides[operand][axis] * shape[axis]) {
        return false;
      }
    }
    return true;
  }

  /** The axes from {@code start} to before {@code end}, alone. */
  Space axes(int start, int end) {
    int[][] part = new int[strides.length][];
    for (int operand = 0; operand < strides.length; operand++) {
      part[operand] = Arrays.copyOfRange(strides[operand], start, end);
    }
    return new Space(Arrays.copyOfRange(shape, start, end), part);
  }

  /** This space's axes followed by those of another space with the same operands. */
  Space followedBy(Space other) {
    int[][] joined = new int[strides.length][];
    for (int operand = 0; operand < strides.length; operand++) {
      joined[operand] = join(strides[operand], other.strides[operand]);
    }
    return new Space(join(shape, other.shape), joined);
  }

  private static int[] join(int[] first, int[] second) {
    int[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** The product of the sizes. */
  long elements() {
    long elements = 1;
    for (int size : shape) {
      elements *= size;
    }
    return elements;
  }
}
