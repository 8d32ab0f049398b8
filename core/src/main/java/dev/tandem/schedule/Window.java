package dev.tandem.schedule;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongPredicate;

/**
 * The elements that an operand touches in its storage, for {@link StorageCheck}.
 *
 * @param storage which storage; slots that share a buffer or the temporary block have one number
 * @param first its first element there
 * @param last its last element; less than {@code first} if the window is empty
 * @param shape elements along each axis
 * @param strides one for each axis
 */
record Window(int storage, long first, long last, int[] shape, int[] strides) {

  boolean isEmpty() {
    return last < first;
  }

  /** Whether the two have an element in common. Visits every element if their extents cross. */
  boolean meets(Window other) {
    if (storage != other.storage || isEmpty() || other.isEmpty()) {
      return false;
    }
    if (last < other.first || other.last < first) {
      return false;
    }
    BitSet mine = new BitSet();
    any(element -> {
      mine.set((int) (element - first));
      return false;
    });
    return other.any(
        element -> element >= first && element <= last && mine.get((int) (element - first)));
  }

  /** Whether any element passes the test. */
  private boolean any(LongPredicate test) {
    int[] index = new int[shape.length];
    int axis;
    do {
      long element = first;
      for (int a = 0; a < index.length; a++) {
        element += (long) index[a] * strides[a];
      }
      if (test.test(element)) {
        return true;
      }
      axis = shape.length - 1;
      while (axis >= 0 && ++index[axis] == shape[axis]) {
        index[axis--] = 0;
      }
    } while (axis >= 0);
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Window that
        && storage == that.storage
        && first == that.first
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first) * 31 + Arrays.hashCode(strides);
  }
}
