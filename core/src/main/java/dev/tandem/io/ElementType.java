package dev.tandem.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the elements of stored data are, under safetensors' names, in the order in which safetensors
 * files are laid out (the last first). Only for data in files: tensors are float32 throughout.
 *
 * <p>Every element can be had as a {@code float} or a {@code double}, rounded once to the nearest
 * value where it does not fit; a truth value becomes 0 or 1.
 */
public enum ElementType {
  /** Truth values, one byte each; any byte but 0 is true. */
  BOOL(1) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.get(BYTE, index) == 0 ? 0 : 1;
    }
  },
  /** Unsigned integers of 8 bits. */
  U8(1) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return Byte.toUnsignedInt(bytes.get(BYTE, index));
    }
  },
  /** Signed integers of 8 bits. */
  I8(1) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.get(BYTE, index);
    }
  },
  /** Signed integers of 16 bits. */
  I16(2) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(SHORT, index);
    }
  },
  /** Unsigned integers of 16 bits. */
  U16(2) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return Short.toUnsignedInt(bytes.getAtIndex(SHORT, index));
    }
  },
  /** IEEE 754 numbers of 16 bits. */
  F16(2) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return Float.float16ToFloat(bytes.getAtIndex(SHORT, index));
    }
  },
  /** The upper halves of float32 numbers. */
  BF16(2) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return Float.intBitsToFloat(bytes.getAtIndex(SHORT, index) << 16);
    }
  },
  /** Signed integers of 32 bits. */
  I32(4) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(INT, index);
    }
  },
  /** Unsigned integers of 32 bits. */
  U32(4) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return Integer.toUnsignedLong(bytes.getAtIndex(INT, index));
    }
  },
  /** IEEE 754 numbers of 32 bits: what tensors hold. */
  F32(4) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(FLOAT, index);
    }

    @Override
    float floatAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(FLOAT, index);
    }
  },
  /** IEEE 754 numbers of 64 bits. */
  F64(8) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(DOUBLE, index);
    }
  },
  /** Signed integers of 64 bits. */
  I64(8) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(LONG, index);
    }

    @Override
    float floatAt(MemorySegment bytes, long index) {
      return bytes.getAtIndex(LONG, index);
    }
  },
  /** Unsigned integers of 64 bits. */
  U64(8) {
    @Override
    double doubleAt(MemorySegment bytes, long index) {
      long value = bytes.getAtIndex(LONG, index);
      // halved with its lowest bit kept sticky: the rounding comes out as for the whole
      return value >= 0 ? value : 2.0 * (value >>> 1 | value & 1);
    }

    @Override
    float floatAt(MemorySegment bytes, long index) {
      long value = bytes.getAtIndex(LONG, index);
      return value >= 0 ? value : 2f * (value >>> 1 | value & 1);
    }
  };

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** How many bytes an element takes. */
  public int bytes() {
    return bytes;
  }

  /** An element of little-endian data, counted in elements. */
  abstract double doubleAt(MemorySegment bytes, long index);

  /** An element of little-endian data, counted in elements. */
  float floatAt(MemorySegment bytes, long index) {
    return (float) doubleAt(bytes, index);
  }
}
