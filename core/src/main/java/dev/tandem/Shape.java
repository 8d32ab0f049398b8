package dev.tandem;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The size of a tensor along each of its axes: immutable, of rank 0 (a single value) to 8. Axes are
 * counted from 0, or from the end with negative numbers: -1 is the last axis. A dimension may be 0.
 */
public final class Shape {

  /** The greatest rank. */
  public static final int MAX_RANK = 8;

  /** The shape of a single value: {@code []}. */
  public static final Shape SCALAR = new Shape(new int[0]);

  // room for rounding up to whole cache lines without overflow
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 63;

  private final int[] dimensions;
  private final int elements;

  private Shape(int[] dimensions) {
    this.dimensions = dimensions;
    this.elements = countElements(dimensions);
  }

  /**
   * A shape.
   *
   * @throws IllegalArgumentException if a dimension is negative, the rank exceeds 8, or there are
   *     more than 2,147,483,584 elements
   */
  public static Shape of(int... dimensions) {
    return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
  }

  /** A shape that keeps the array; nobody else may change it. */
  static Shape owning(int... dimensions) {
    return dimensions.length == 0 ? SCALAR : new Shape(dimensions);
  }

  private static int countElements(int[] dimensions) {
    if (dimensions.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "shape %s: rank %d exceeds the greatest supported rank, %d"
              .formatted(Arrays.toString(dimensions), dimensions.length, MAX_RANK));
    }
    long elements = 1;
    boolean tooMany = false;
    for (int dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape %s: dimensions must not be negative".formatted(Arrays.toString(dimensions)));
      }
      elements = tooMany && dimension != 0 ? elements : elements * dimension;
      tooMany = elements > MAX_ELEMENTS;
    }
    if (tooMany) {
      throw new IllegalArgumentException(
          "shape %s: more than %,d elements; split the tensor along an axis"
              .formatted(Arrays.toString(dimensions), MAX_ELEMENTS));
    }
    return (int) elements;
  }

  /** The number of axes. */
  public int rank() {
    return dimensions.length;
  }

  /** The product of all dimensions; 1 for rank 0. */
  public int elements() {
    return elements;
  }

  /**
   * The size along one axis.
   *
   * @param axis from -rank to rank - 1
   */
  public int dimension(int axis) {
    return dimensions[axis(axis, "dimension")];
  }

  /** All dimensions, in a new array. */
  public int[] toArray() {
    return dimensions.clone();
  }

  /**
   * Writes rank and dimensions into {@code words} from {@code at} on and returns where they end; at
   * most {@link #MAX_RANK} + 1 words.
   */
  public int write(int[] words, int at) {
    words[at++] = dimensions.length;
    for (int dimension : dimensions) {
      words[at++] = dimension;
    }
    return at;
  }

  /** The axis counted from the start, or an exception that names the operation. */
  int axis(int axis, Object operation) {
    if (axis < -dimensions.length || axis >= dimensions.length) {
      throw new IllegalArgumentException(
          "%s: axis %d does not exist in shape %s; axes go from %d to %d"
              .formatted(word(operation), axis, this, -dimensions.length, dimensions.length - 1));
    }
    return axis < 0 ? axis + dimensions.length : axis;
  }

  /**
   * The shape of an elementwise operation on two tensors, by NumPy's rule: axes are aligned at the
   * end, missing axes count as 1, and a dimension of 1 is repeated to match the other.
   *
   * @param operation named in the exception
   * @throws IllegalArgumentException if two dimensions differ and neither is 1
   */
  public Shape broadcast(Shape other, Object operation) {
    if (this == other || other.broadcastsTo(this)) {
      return this;
    }
    if (broadcastsTo(other)) {
      return other;
    }
    int rank = Math.max(dimensions.length, other.dimensions.length);
    int[] result = new int[rank];
    for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
      int a = fromEnd <= dimensions.length ? dimensions[dimensions.length - fromEnd] : 1;
      int b =
          fromEnd <= other.dimensions.length
              ? other.dimensions[other.dimensions.length - fromEnd]
              : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            "%s: %s and %s do not broadcast: axis %d from the end has %d and %d; they must be equal, or one of them 1"
                .formatted(word(operation), this, other, fromEnd, a, b));
      }
      result[rank - fromEnd] = a == 1 ? b : a;
    }
    return new Shape(result);
  }

  /** How an operation is called in messages: as its method is. */
  static String word(Object operation) {
    return operation.toString().toLowerCase(Locale.ROOT);
  }

  /** Whether a tensor of this shape can be repeated to {@code target} by broadcasting. */
  public boolean broadcastsTo(Shape target) {
    int missing = target.rank() - rank();
    if (missing < 0) {
      return false;
    }
    for (int axis = 0; axis < rank(); axis++) {
      if (dimensions[axis] != 1 && dimensions[axis] != target.dimensions[missing + axis]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** The dimensions in brackets, for example {@code [2, 3]}; {@code []} for rank 0. */
  @Override
  public String toString() {
    return Arrays.stream(dimensions)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
