package dev.tandem.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic on shapes and strides: what a row-major index becomes under another shape. */
final class IterationSpace {

  private IterationSpace() {}

  /** Strides over {@code to} of a window with strides over {@code from}, by broadcasting. */
  static int[] broadcast(int[] from, int[] strides, int[] to) {
    int[] result = new int[to.length];
    int missing = to.length - from.length;
    for (int axis = 0; axis < from.length; axis++) {
      result[missing + axis] = from[axis] == 1 ? 0 : strides[axis];
    }
    return result;
  }

  /**
   * Strides over {@code to} that visit the same elements in the same row-major order as {@code
   * strides} do over {@code from}, or null if no strides can. Both shapes have as many elements.
   */
  static int @Nullable [] reshape(int[] from, int[] strides, int[] to) {
    if (Arrays.equals(from, to)) {
      return strides;
    }
    int[] result = new int[to.length];
    int source = from.length - 1;
    int target = to.length - 1;
    while (source >= 0 && target >= 0) {
      // find the smallest groups of axes, from the end, with equally many elements
      int sourceEnd = source;
      int targetEnd = target;
      long sourceSize = from[source--];
      long targetSize = to[target--];
      while (sourceSize != targetSize) {
        if (sourceSize < targetSize) {
          sourceSize *= from[source--];
        } else {
          targetSize *= to[target--];
        }
      }
      if (!splitGroup(from, strides, source + 1, sourceEnd, to, result, target + 1, targetEnd)) {
        return null;
      }
    }
    return result; // what is left on either side are axes of size 1, whose stride does not matter
  }

  /**
   * Gives the target axes of one group their strides; false if the source axes are not one walk.
   */
  private static boolean splitGroup(
      int[] from, int[] strides, int first, int last, int[] to, int[] result, int start, int end) {
    int inner = last;
    while (inner > first && from[inner] == 1) {
      inner--;
    }
    long expected = (long) strides[inner] * from[inner];
    for (int axis = inner - 1; axis >= first; axis--) {
      if (from[axis] != 1) {
        if (strides[axis] != expected) {
          return false;
        }
        expected *= from[axis];
      }
    }
    long stride = from[inner] == 1 ? 0 : strides[inner];
    for (int axis = end; axis >= start; axis--) {
      result[axis] = (int) stride;
      stride *= to[axis];
    }
    return true;
  }

  /**
   * Drops axes of size 1 and merges neighbours that every window walks as one.
   *
   * @param shape the space
   * @param groups axes with different group numbers are never merged
   * @param windows strides of every window over the space
   * @return for each axis that is left the range of old axes it stands for: {@code [first, last]}
   */
  static int[][] mergedAxes(int[] shape, int[] groups, List<int[]> windows) {
    int[][] axes = new int[shape.length][];
    int count = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 1) {
        continue;
      }
      int[] previous = count == 0 ? null : axes[count - 1];
      if (previous != null
          && groups[previous[1]] == groups[axis]
          && walkAsOne(shape[axis], previous[1], axis, windows)) {
        previous[1] = axis;
      } else {
        axes[count++] = new int[] {axis, axis};
      }
    }
    return Arrays.copyOf(axes, count);
  }

  private static boolean walkAsOne(int size, int outer, int inner, List<int[]> windows) {
    for (int[] strides : windows) {
      if (strides[outer] != (long) strides[inner] * size) {
        return false;
      }
    }
    return true;
  }

  /** The sizes of merged axes. */
  static int[] mergedShape(int[] shape, int[][] axes) {
    int[] result = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      int size = 1;
      for (int axis = axes[i][0]; axis <= axes[i][1]; axis++) {
        size *= shape[axis];
      }
      result[i] = size;
    }
    return result;
  }

  /** The strides of a window over merged axes: those of the innermost axis of each. */
  static int[] mergedStrides(int[] strides, int[][] axes) {
    int[] result = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      result[i] = strides[axes[i][1]];
    }
    return result;
  }
}
