package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TensorDataTest {

  @Test
  void floatsAreCopied() {
    float[] values = {1, 2};
    TensorData data = TensorData.ofFloats(values, 2);
    values[0] = 9;
    assertThat(data.toFloats()).containsExactly(1, 2);
    assertThat(data.bytes().isReadOnly()).isTrue();
    assertThat(data).hasToString("F32 [2]");
  }

  @Test
  void truthValuesAreZeroAndOne() {
    assertValues(ElementType.BOOL, bytes -> bytes.put(new byte[] {0, 1, 2, -1}), 0, 1, 1, 1);
  }

  @Test
  void signedIntegersKeepTheirSign() {
    assertValues(ElementType.I8, bytes -> bytes.put((byte) -128).put((byte) 127), -128, 127);
    assertValues(
        ElementType.I16, bytes -> bytes.putShort((short) -32768).putShort((short) 1), -32768, 1);
    assertValues(ElementType.I32, bytes -> bytes.putInt(Integer.MIN_VALUE).putInt(-1), -0x1p31, -1);
    assertValues(ElementType.I64, bytes -> bytes.putLong(Long.MIN_VALUE).putLong(7), -0x1p63, 7);
  }

  @Test
  void unsignedIntegersAreNeverNegative() {
    assertValues(ElementType.U8, bytes -> bytes.put((byte) -1), 255);
    assertValues(ElementType.U16, bytes -> bytes.putShort((short) -1), 65535);
    assertValues(ElementType.U32, bytes -> bytes.putInt(-1), 4294967295.0);
    assertValues(
        ElementType.U64,
        bytes -> bytes.putLong(-1).putLong(5).putLong(1L << 63),
        0x1p64,
        5,
        0x1p63);
  }

  @Test
  void longIntegersAreRoundedOnce() {
    // just above the middle of two floats: by way of double it would be rounded down
    long between = (1L << 62) + (1L << 38) + 1;
    float[] signed = data(ElementType.I64, bytes -> bytes.putLong(between)).toFloats();
    assertThat(signed).containsExactly(0x1p62f + 0x1p39f);
    float[] unsigned = data(ElementType.U64, bytes -> bytes.putLong(2 * between + 1)).toFloats();
    assertThat(unsigned).containsExactly(0x1p63f + 0x1p40f);
  }

  @Test
  void halfPrecisionNumbersAreExact() {
    assertValues(
        ElementType.F16,
        bytes -> bytes.putShort((short) 0x3e00).putShort((short) 0x0001).putShort((short) 0xfc00),
        1.5,
        0x1p-24,
        Double.NEGATIVE_INFINITY);
    assertValues(
        ElementType.BF16,
        bytes -> bytes.putShort((short) 0xc000).putShort((short) 0x0001),
        -2,
        0x1p-133);
  }

  @Test
  void doublesAreRoundedToFloats() {
    TensorData data = data(ElementType.F64, bytes -> bytes.putDouble(Math.PI).putDouble(1e300));
    assertThat(data.toDoubles()).containsExactly(Math.PI, 1e300);
    assertThat(data.toFloats()).containsExactly((float) Math.PI, Float.POSITIVE_INFINITY);
  }

  @Test
  void shapesThatDoNotFitTheBytesAreRefused() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[12]);
    assertRefused(
        new long[] {2},
        bytes,
        "tensor data of shape [2]: 2 elements of F32, 4 bytes each, do not take 12 bytes");
    assertRefused(new long[] {-3}, bytes, "tensor data of shape [-3]: dimension -3 is negative");
    assertRefused(
        new long[] {1L << 32, 1L << 31},
        bytes,
        "tensor data of shape [4294967296, 2147483648]: the number of elements exceeds 2^63");
    assertRefused(
        new long[] {Long.MAX_VALUE},
        bytes,
        "tensor data of shape [9223372036854775807]: 9,223,372,036,854,775,807 elements of F32,"
            + " 4 bytes each, do not take 12 bytes");
  }

  private static void assertRefused(long[] shape, MemorySegment bytes, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.of(ElementType.F32, shape, bytes))
        .withMessage(message);
  }

  private static void assertValues(
      ElementType type, Consumer<ByteBuffer> writer, double... expected) {
    TensorData data = data(type, writer);
    assertThat(data.toDoubles()).containsExactly(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(data.toFloats()[i]).isEqualTo((float) expected[i]);
    }
  }

  private static TensorData data(ElementType type, Consumer<ByteBuffer> writer) {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    writer.accept(bytes);
    MemorySegment written = MemorySegment.ofBuffer(bytes.flip());
    return TensorData.of(type, new long[] {written.byteSize() / type.bytes()}, written);
  }
}
