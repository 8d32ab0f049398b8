package dev.tandem.io;

import dev.tandem.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads and writes .npy files: one array behind a short header, as {@code numpy.save} and {@code
 * numpy.load} do.
 *
 * <p>Read are format versions 1.0, 2.0 and 3.0, either byte order, row-major and column-major
 * ("fortran") order, and truth values, integers and floating-point numbers of all sizes up to 64
 * bits. Refused are other element types (complex numbers, text, dates, records, pickled objects),
 * and files with anything behind the array. Written is version 1.0, little-endian and row-major.
 */
public final class Npy {

  private Npy() {}

  /**
   * Saves a tensor as float32; it is computed first if need be. The file appears as a whole or not
   * at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void save(Path path, Tensor tensor) throws IOException {
    write(path, TensorData.of(tensor));
  }

  /**
   * Loads an array onto the current backend; other element types become float32. The file can be
   * changed afterwards.
   *
   * @throws MalformedFileException if it is no .npy file that follows all rules of the format,
   *     holds elements that are not supported, or is beyond what a {@link dev.tandem.Shape} can
   *     hold
   * @throws IOException if it cannot be read
   */
  public static Tensor load(Path path) throws IOException {
    TensorData data = read(path);
    try {
      return data.toTensor();
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(path, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads an array. The file is read as a whole and can be changed afterwards.
   *
   * @throws MalformedFileException if it is no .npy file that follows all rules of the format, or
   *     holds elements that are not supported
   * @throws IOException if it cannot be read
   */
  public static TensorData read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new MalformedFileException(path, "a directory, not a .npy file");
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    }
  }

  /** Reads a file's bytes; the result is a copy. */
  static TensorData read(Path path, MemorySegment bytes) throws MalformedFileException {
    NpyHeader header = NpyHeaderParser.parse(path, bytes);
    int width = header.type().bytes();
    MemorySegment stored = bytes.asSlice(header.bytes());
    MemorySegment copy = Arena.ofAuto().allocate(stored.byteSize());
    ValueLayout from = layout(width, header.order());
    ValueLayout to = layout(width, ByteOrder.LITTLE_ENDIAN);
    if (header.columnMajor()) {
      copyTransposed(stored, from, copy, to, header.shape());
    } else {
      MemorySegment.copy(stored, from, 0, copy, to, 0, stored.byteSize() / width);
    }
    return TensorData.of(header.type(), header.shape(), copy);
  }

  /** Some layout of the width: values are moved, never looked at. */
  private static ValueLayout layout(int width, ByteOrder order) {
    return switch (width) {
      case 1 -> ValueLayout.JAVA_BYTE;
      case 2 -> ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
      case 4 -> ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
      default -> ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    };
  }

  /** Brings column-major elements into row-major order; walks the target front to back. */
  private static void copyTransposed(
      MemorySegment source, ValueLayout from, MemorySegment target, ValueLayout to, long[] shape) {
    int rank = shape.length;
    long[] strides = new long[rank]; // of the source, in bytes
    long stride = from.byteSize();
    for (int axis = 0; axis < rank; axis++) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    long[] index = new long[rank];
    long offset = 0; // of the element at index
    for (long end = 0; end < target.byteSize(); end += to.byteSize()) {
      MemorySegment.copy(source, from, offset, target, to, end, 1);
      for (int axis = rank - 1; axis >= 0; axis--) {
        offset += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        index[axis] = 0;
        offset -= strides[axis] * shape[axis];
      }
    }
  }

  /**
   * Writes an array. The file appears as a whole or not at all.
   *
   * @throws IllegalArgumentException if the elements are of a type that NumPy does not have (BF16)
   * @throws IOException if the file cannot be written
   */
  public static void write(Path path, TensorData data) throws IOException {
    ByteBuffer header = NpyHeader.compose(data);
    AtomicFile.write(
        path,
        channel -> {
          AtomicFile.writeFully(channel, header);
          AtomicFile.writeFully(channel, data.bytes());
        });
  }
}
