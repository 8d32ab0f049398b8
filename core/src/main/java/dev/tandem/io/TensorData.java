package dev.tandem.io;

import dev.tandem.Shape;
import dev.tandem.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The content of one tensor as a file holds it: an element type, a shape and the elements' bytes,
 * little-endian, in row-major order and without gaps. It is no tensor: it computes nothing, and its
 * shape may exceed a tensor's limits. Immutable as long as the memory behind it is left alone.
 */
public final class TensorData {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ElementType type;
  private final long[] shape;
  private final long elements;
  private final MemorySegment bytes;

  private TensorData(ElementType type, long[] shape, long elements, MemorySegment bytes) {
    this.type = type;
    this.shape = shape;
    this.elements = elements;
    this.bytes = bytes.asReadOnly();
  }

  /**
   * Data over the given memory, which is not copied.
   *
   * @param shape the dimensions; none for a single value
   * @param bytes exactly the elements, of any alignment
   * @throws IllegalArgumentException if a dimension is negative, or the size of the memory is not
   *     that of the elements
   */
  public static TensorData of(ElementType type, long[] shape, MemorySegment bytes) {
    long[] dimensions = shape.clone();
    long elements;
    try {
      elements = elements(dimensions);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "tensor data of shape %s: %s".formatted(Arrays.toString(shape), e.getMessage()), e);
    }
    if (elements > Long.MAX_VALUE / type.bytes() || elements * type.bytes() != bytes.byteSize()) {
      throw new IllegalArgumentException(
          "tensor data of shape %s: %,d elements of %s, %d bytes each, do not take %,d bytes"
              .formatted(Arrays.toString(shape), elements, type, type.bytes(), bytes.byteSize()));
    }
    return new TensorData(type, dimensions, elements, bytes);
  }

  /**
   * Float32 data with a copy of the given values.
   *
   * @param shape the dimensions; none for a single value
   * @throws IllegalArgumentException if the shape does not have as many elements as there are
   *     values
   */
  public static TensorData ofFloats(float[] values, long... shape) {
    return of(ElementType.F32, shape, littleEndian(MemorySegment.ofArray(values.clone())));
  }

  /** Float32 data with a copy of a tensor's values, which are computed if need be. */
  public static TensorData of(Tensor tensor) {
    return of(ElementType.F32, shapeOf(tensor), bytesOf(tensor));
  }

  static long[] shapeOf(Tensor tensor) {
    return Arrays.stream(tensor.shape().toArray()).asLongStream().toArray();
  }

  /** A copy of a tensor's values as they stand in files. */
  static MemorySegment bytesOf(Tensor tensor) {
    return littleEndian(MemorySegment.ofArray(tensor.toArray()));
  }

  /**
   * Float32 values of the platform's byte order as little-endian ones: the same memory if it can
   * be.
   */
  static MemorySegment littleEndian(MemorySegment floats) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return floats;
    }
    long count = floats.byteSize() / Float.BYTES;
    MemorySegment swapped = Arena.ofAuto().allocate(floats.byteSize());
    MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, swapped, FLOAT, 0, count);
    return swapped;
  }

  /**
   * The product of the dimensions.
   *
   * @throws ArithmeticException with a message for people, if a dimension is negative or the
   *     product exceeds a long
   */
  static long elements(long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new ArithmeticException("dimension %d is negative".formatted(dimension));
      }
      if (dimension != 0 && elements > Long.MAX_VALUE / dimension) {
        throw new ArithmeticException("the number of elements exceeds 2^63");
      }
      elements *= dimension;
    }
    return elements;
  }

  /** What the elements are. */
  public ElementType type() {
    return type;
  }

  /** The dimensions, in a new array; none for a single value. */
  public long[] shape() {
    return shape.clone();
  }

  /** The product of the dimensions. */
  public long elements() {
    return elements;
  }

  /** The elements' bytes, little-endian and row-major; read-only, without a copy. */
  public MemorySegment bytes() {
    return bytes;
  }

  /**
   * The elements as float32, in a new array.
   *
   * @throws IllegalStateException if there are more than an array can hold, or the file behind the
   *     data has been closed
   */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    if (type == ElementType.F32) {
      MemorySegment.copy(bytes, FLOAT, 0, values, 0, values.length);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = type.floatAt(bytes, i);
    }
    return values;
  }

  /**
   * The elements as float64, in a new array.
   *
   * @throws IllegalStateException if there are more than an array can hold, or the file behind the
   *     data has been closed
   */
  public double[] toDoubles() {
    double[] values = new double[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.doubleAt(bytes, i);
    }
    return values;
  }

  /**
   * A tensor with a copy of the elements as float32, on the current backend.
   *
   * @throws IllegalArgumentException if the shape exceeds what a {@link Shape} can hold
   * @throws IllegalStateException if the file behind the data has been closed
   */
  public Tensor toTensor() {
    int[] dimensions = new int[shape.length];
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = (int) Math.min(shape[axis], Integer.MAX_VALUE);
      if (dimensions[axis] != shape[axis]) {
        throw new IllegalArgumentException(
            "shape %s: a dimension exceeds %,d; split the tensor along it"
                .formatted(Arrays.toString(shape), Integer.MAX_VALUE));
      }
    }
    Shape.of(dimensions); // refuses what is too large before anything is read
    return Tensor.of(toFloats(), dimensions);
  }

  private int arrayLength() {
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "%s: %,d elements are more than an array can hold; read bytes() instead"
              .formatted(this, elements));
    }
    return (int) elements;
  }

  /** Type and shape, for example {@code F32 [2, 3]}. */
  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape);
  }
}
