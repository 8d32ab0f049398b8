package dev.tandem.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The header of a .npy file: what the array's elements are and how they are laid out behind it.
 * Composes headers of version 1.0; {@link NpyHeaderParser} reads all versions.
 *
 * @param order of the bytes of an element
 * @param columnMajor whether the first axis, not the last, is the one without gaps
 * @param bytes how many bytes the header takes, magic included
 */
record NpyHeader(ElementType type, ByteOrder order, boolean columnMajor, long[] shape, long bytes) {

  /** What every .npy file starts with. */
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The array begins at a multiple of this, so that it can be mapped and used in place. */
  private static final int ALIGNMENT = 64;

  private static final int PREFIX = MAGIC.length + 2 + Short.BYTES;

  /**
   * A header as it stands in a file, for an array whose bytes follow as they are.
   *
   * @throws IllegalArgumentException if NumPy has no such element type, or the rank is in the
   *     thousands
   */
  static ByteBuffer compose(TensorData data) {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
            .formatted(description(data.type()), tuple(data.shape()));
    int total = Math.ceilDiv(PREFIX + text.length() + 1, ALIGNMENT) * ALIGNMENT;
    if (total - PREFIX > 0xffff) {
      throw new IllegalArgumentException(
          "npy: %,d dimensions do not fit into a header".formatted(data.shape().length));
    }
    ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - PREFIX));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').flip();
  }

  private static String description(ElementType type) {
    return switch (type) {
      case BOOL -> "|b1";
      case U8 -> "|u1";
      case I8 -> "|i1";
      case I16 -> "<i2";
      case U16 -> "<u2";
      case I32 -> "<i4";
      case U32 -> "<u4";
      case I64 -> "<i8";
      case U64 -> "<u8";
      case F16 -> "<f2";
      case F32 -> "<f4";
      case F64 -> "<f8";
      case BF16 ->
          throw new IllegalArgumentException(
              "npy: NumPy has no element type BF16; convert to F32 first");
    };
  }

  /** What {@link #description} says, in either byte order; null for everything else. */
  static @Nullable ElementType type(String description) {
    for (ElementType type : ElementType.values()) {
      if (type != ElementType.BF16) {
        String known = description(type);
        boolean sameSize = description.length() == 3 && description.endsWith(known.substring(1));
        String orders = type.bytes() == 1 ? "|<>" : "<>";
        if (sameSize && orders.indexOf(description.charAt(0)) >= 0) {
          return type;
        }
      }
    }
    return null;
  }

  private static String tuple(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
  }
}
