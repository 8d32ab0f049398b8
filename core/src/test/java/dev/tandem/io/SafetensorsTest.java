package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Safetensors files that are as they should be; for the others see MalformedSafetensorsTest. */
class SafetensorsTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void everyElementTypeComesBackAsItWasWritten(ElementType type) throws IOException {
    byte[] bytes = new byte[13 * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (37 * i + 11);
    }
    TensorData written = TensorData.of(type, new long[] {13, 1}, MemorySegment.ofArray(bytes));
    Path path = directory.resolve("types");
    Safetensors.write(path, Map.of("t", written), Map.of());
    try (SafetensorsFile file = Safetensors.open(path)) {
      TensorData read = file.tensor("t");
      assertThat(read.type()).isEqualTo(type);
      assertThat(read.shape()).containsExactly(13, 1);
      assertThat(read.bytes().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
    }
  }

  @Test
  void namesShapesAndMetadataComeBackAsTheyWereWritten() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("scalar", TensorData.ofFloats(new float[] {-0.0f}));
    tensors.put("empty", TensorData.ofFloats(new float[0], 3, 0, 2));
    tensors.put("", TensorData.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 1, 2, 1, 2));
    tensors.put("\"\\/\b\f\n\r\t\u0001 ü€\ud83d\ude00", TensorData.ofFloats(new float[] {9}, 1));
    Map<String, String> metadata = Map.of("format", "pt", "über \"x\"", "a\nb\u0000", "", "");
    Path path = directory.resolve("names");
    Safetensors.write(path, tensors, metadata);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.path()).isEqualTo(path);
      assertThat(file.metadata()).isEqualTo(metadata);
      assertThat(file.tensors()).containsOnlyKeys(tensors.keySet());
      tensors.forEach((name, data) -> {
        assertThat(file.tensor(name).shape()).isEqualTo(data.shape());
        assertThat(file.tensor(name).toFloats()).isEqualTo(data.toFloats());
      });
    }
  }

  @Test
  void fileWithoutTensorsCanBeWrittenAndRead() throws IOException {
    Path path = directory.resolve("none");
    Safetensors.write(path, Map.of(), Map.of());
    assertThat(Files.readAllBytes(path))
        .isEqualTo("\u0008\0\0\0\0\0\0\0{}      ".getBytes(StandardCharsets.US_ASCII));
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.tensors()).isEmpty();
      assertThat(file.metadata()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broadcast", "matmul"})
  void rewritingAFileOfPyTorchGivesTheSameBytes(String name) throws IOException {
    Path original = golden(name);
    Path copy = directory.resolve("copy");
    try (SafetensorsFile file = Safetensors.open(original)) {
      Safetensors.write(copy, file.tensors(), file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(original);
  }

  @Test
  void widestTypesComeFirstThenNamesInOrder() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("b", TensorData.ofFloats(new float[1], 1));
    tensors.put("flag", TensorData.of(ElementType.BOOL, new long[] {1}, bytes(1)));
    tensors.put("a", TensorData.ofFloats(new float[1], 1));
    tensors.put("step", TensorData.of(ElementType.I64, new long[] {1}, bytes(8)));
    Path path = directory.resolve("order");
    Safetensors.write(path, tensors, Map.of("z", "1", "y", "2"));
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.tensors().keySet()).containsExactly("step", "a", "b", "flag");
      assertThat(file.metadata().keySet()).containsExactly("y", "z");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void dataBeginsAtAMultipleOfEight(int length) throws IOException {
    Path path = directory.resolve("aligned");
    Safetensors.write(
        path, Map.of("n".repeat(length), TensorData.ofFloats(new float[] {1}, 1)), Map.of());
    assertThat((Files.size(path) - Float.BYTES) % 8).isZero();
  }

  @Test
  void dataBeyondOneWriteBufferComesBackWhole() throws IOException {
    float[] values = new float[(1 << 19) + 207];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path path = directory.resolve("large");
    Safetensors.write(path, Map.of("x", TensorData.ofFloats(values, values.length)), Map.of());
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.tensor("x").toFloats()).isEqualTo(values);
    }
  }

  @Test
  void dataOfAClosedFileIsAnErrorAndNotAWrongNumber() throws IOException {
    Path path = directory.resolve("closed");
    Safetensors.write(path, Map.of("x", TensorData.ofFloats(new float[] {1}, 1)), Map.of());
    SafetensorsFile file = Safetensors.open(path);
    TensorData data = file.tensor("x");
    file.close();
    file.close();
    assertThatIllegalStateException().isThrownBy(data::toFloats);
  }

  @Test
  void openFileKeepsItsDataWhenItIsReplaced() throws IOException {
    Path path = directory.resolve("replaced");
    Safetensors.write(path, Map.of("x", TensorData.ofFloats(new float[] {1}, 1)), Map.of());
    try (SafetensorsFile file = Safetensors.open(path)) {
      Safetensors.write(path, Map.of("x", TensorData.ofFloats(new float[] {2}, 1)), Map.of());
      assertThat(file.tensor("x").toFloats()).containsExactly(1);
    }
  }

  @Test
  void missingTensorIsNamedWithThoseThatAreThere() throws IOException {
    Path path = directory.resolve("missing");
    Safetensors.write(path, Map.of("weight", TensorData.ofFloats(new float[1], 1)), Map.of());
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThatExceptionOfType(NoSuchElementException.class)
          .isThrownBy(() -> file.tensor("wieght"))
          .withMessage(path + ": no tensor \"wieght\" among its 1: \"weight\"");
    }
  }

  @Test
  void missingFileIsAnErrorOfTheFileSystem() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Safetensors.open(directory.resolve("missing")));
  }

  @Test
  void whatCannotBeWrittenLeavesNoFile() {
    Path path = directory.resolve("refused");
    TensorData one = TensorData.ofFloats(new float[] {1}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.write(path, Map.of("__metadata__", one), Map.of()))
        .withMessage("safetensors: no tensor can be named __metadata__; rename it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.write(path, Map.of("half \ud83d", one), Map.of()))
        .withMessage("safetensors: a name or a metadata text has half a surrogate pair");
    assertThat(directory).isEmptyDirectory();
  }

  private Path golden(String name) throws IOException {
    Path path = directory.resolve(name);
    try (InputStream golden = getClass().getResourceAsStream("/golden/" + name + ".safetensors")) {
      Files.copy(golden, path);
    }
    return path;
  }

  private static MemorySegment bytes(int count) {
    return MemorySegment.ofArray(new byte[count]);
  }
}
