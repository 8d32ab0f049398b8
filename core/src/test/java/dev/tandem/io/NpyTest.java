package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that NumPy 2.4 wrote (the resource folder npy), and files that go out and come back. */
class NpyTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"f4", "f4_big_endian", "f4_version_2", "f4_version_3"})
  void float32OfAnyVersionAndByteOrderIsRead(String name) throws IOException {
    TensorData data = Npy.read(numpy(name));
    assertThat(data).hasToString("F32 [2, 3]");
    assertThat(data.toFloats()).containsExactly(-1, -0.5f, 0, 0.5f, 1, 1.5f);
  }

  @Test
  void columnMajorArraysAreReadRowByRow() throws IOException {
    TensorData data = Npy.read(numpy("f4_fortran"));
    assertThat(data).hasToString("F32 [2, 3, 4]");
    float[] values = data.toFloats();
    for (int i = 0; i < 24; i++) {
      assertThat(values[i]).isEqualTo(i);
    }
  }

  @Test
  void columnMajorBigEndianDoublesAreRead() throws IOException {
    TensorData data = Npy.read(numpy("f8_big_endian_fortran"));
    assertThat(data).hasToString("F64 [2, 3]");
    assertThat(data.toDoubles()).containsExactly(-1, -0.5, 0, 0.5, 1, 1.5);
  }

  @Test
  void specialDoublesAreRead() throws IOException {
    assertThat(Npy.read(numpy("f8")).toDoubles())
        .containsExactly(
            Math.PI,
            -0.0,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            Double.MIN_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "i1, I8, -128, 127",
    "i2, I16, -32768, 32767",
    "i4, I32, -2147483648, 2147483647",
    "i8, I64, -9223372036854775808, 9223372036854775807"
  })
  void signedIntegersAreRead(String name, ElementType type, double least, double greatest)
      throws IOException {
    TensorData data = Npy.read(numpy(name));
    assertThat(data.type()).isEqualTo(type);
    assertThat(data.toDoubles()).containsExactly(least, -1, 0, greatest);
  }

  @ParameterizedTest
  @CsvSource({
    "u1, U8, 255",
    "u2, U16, 65535",
    "u4, U32, 4294967295",
    "u8, U64, 18446744073709551615"
  })
  void unsignedIntegersAreRead(String name, ElementType type, double greatest) throws IOException {
    TensorData data = Npy.read(numpy(name));
    assertThat(data.type()).isEqualTo(type);
    assertThat(data.toDoubles()).containsExactly(0, 1, greatest);
  }

  @Test
  void truthValuesAndHalfPrecisionAreRead() throws IOException {
    assertThat(Npy.read(numpy("b1")).toFloats()).containsExactly(1, 0, 1);
    assertThat(Npy.read(numpy("f2")).toFloats()).containsExactly(1.5f, -2, 65504, 0x1p-24f);
  }

  @Test
  void shapesOfAllKindsAreRead() throws IOException {
    assertThat(Npy.read(numpy("scalar"))).hasToString("F32 []");
    assertThat(Npy.read(numpy("scalar")).toFloats()).containsExactly(2.5f);
    assertThat(Npy.read(numpy("one"))).hasToString("F32 [1]");
    assertThat(Npy.read(numpy("empty"))).hasToString("F32 [0, 3]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f4", "f8", "f2", "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "scalar", "one",
        "empty"
      })
  void rewritingAFileOfNumPyGivesTheSameBytes(String name) throws IOException {
    Path original = numpy(name);
    Path copy = directory.resolve("copy.npy");
    Npy.write(copy, Npy.read(original));
    assertThat(copy).hasSameBinaryContentAs(original);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BF16")
  void everyElementTypeComesBackAsItWasWritten(ElementType type) throws IOException {
    byte[] bytes = new byte[12 * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (37 * i + 11);
    }
    Path path = directory.resolve("types.npy");
    Npy.write(path, TensorData.of(type, new long[] {3, 4}, MemorySegment.ofArray(bytes)));
    TensorData read = Npy.read(path);
    assertThat(read).hasToString(type + " [3, 4]");
    assertThat(read.bytes().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
  }

  @Test
  void elementTypeThatNumPyLacksIsRefused() {
    TensorData data =
        TensorData.of(ElementType.BF16, new long[] {1}, MemorySegment.ofArray(new byte[2]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Npy.write(directory.resolve("bf16.npy"), data))
        .withMessage("npy: NumPy has no element type BF16; convert to F32 first");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void readArrayOutlivesItsFile() throws IOException {
    Path path = directory.resolve("gone.npy");
    Npy.write(path, TensorData.ofFloats(new float[] {1, 2, 3}, 3));
    TensorData data = Npy.read(path);
    Files.write(path, new byte[0]);
    assertThat(data.toFloats()).containsExactly(1, 2, 3);
  }

  private Path numpy(String name) throws IOException {
    Path path = directory.resolve(name + ".npy");
    if (!Files.exists(path)) {
      try (InputStream resource = getClass().getResourceAsStream("/npy/" + name + ".npy")) {
        Files.copy(resource, path);
      }
    }
    return path;
  }
}
