package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors into files and back. */
class TensorFilesTest {

  @TempDir Path directory;

  private Backend before;

  @BeforeEach
  void useReference() {
    before = Backends.current();
    Backends.setDefault(Backends.get("reference"));
  }

  @AfterEach
  void restore() {
    Backends.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, 207, 4099})
  void savedTensorsAreLoadedBitForBit(int size) throws IOException {
    Tensor x = Tensor.randn(Generator.seeded(1), size, 3);
    Path safetensors = directory.resolve("x.safetensors");
    Safetensors.save(safetensors, Map.of("x", x));
    Path npy = directory.resolve("x.npy");
    Npy.save(npy, x);
    for (Tensor loaded : new Tensor[] {get(Safetensors.load(safetensors), "x"), Npy.load(npy)}) {
      assertThat(loaded.shape()).isEqualTo(x.shape());
      assertThat(loaded.toArray()).containsExactly(x.toArray());
    }
  }

  @Test
  void parametersAndPendingTensorsAreSavedAsTheyAre() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Parameter weight = new Parameter(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    tensors.put("weight", weight);
    tensors.put("transposed", weight.transpose().mul(10));
    tensors.put("scalar", Tensor.scalar(7));
    Path path = directory.resolve("model.safetensors");
    Safetensors.save(path, tensors, Map.of("format", "tandem"));
    Map<String, Tensor> loaded = Safetensors.load(path);
    assertThat(loaded.keySet()).containsExactly("scalar", "transposed", "weight");
    assertThat(get(loaded, "weight").toArray()).containsExactly(1, 2, 3, 4);
    assertThat(get(loaded, "transposed").toArray()).containsExactly(10, 30, 20, 40);
    assertThat(get(loaded, "scalar").shape().rank()).isZero();
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "tandem"));
    }
  }

  @Test
  void loadedTensorsOutliveTheirFile() throws IOException {
    Path path = directory.resolve("x.safetensors");
    Tensor x = Tensor.arange(1024);
    Safetensors.save(path, Map.of("x", x));
    Map<String, Tensor> loaded = Safetensors.load(path);
    Files.write(path, new byte[0]);
    assertThat(get(loaded, "x").toArray()).containsExactly(x.toArray());
  }

  @Test
  void tensorThatCannotBeComputedLeavesTheOldFile() throws IOException {
    Path path = directory.resolve("x.safetensors");
    Safetensors.save(path, Map.of("x", Tensor.scalar(1)));
    Parameter parameter = new Parameter(Tensor.scalar(1));
    Tensor stale = parameter.add(1);
    parameter.set(new float[] {2});
    assertThatIllegalStateException().isThrownBy(() -> Safetensors.save(path, Map.of("x", stale)));
    assertThat(get(Safetensors.load(path), "x").item()).isEqualTo(1);
  }

  @Test
  void otherElementTypesAreLoadedAsFloats() throws IOException {
    Path path = directory.resolve("mixed.safetensors");
    Map<String, TensorData> data = new LinkedHashMap<>();
    data.put("x", TensorData.of(Tensor.of(new float[] {0.5f, 1}, 2)));
    data.put(
        "state",
        TensorData.of(
            ElementType.U8, new long[] {3}, MemorySegment.ofArray(new byte[] {1, -1, 0})));
    Safetensors.write(path, data, Map.of());
    Map<String, Tensor> loaded = Safetensors.load(path);
    assertThat(get(loaded, "x").toArray()).containsExactly(0.5f, 1);
    assertThat(get(loaded, "state").toArray()).containsExactly(1, 255, 0);
  }

  @Test
  void shapeBeyondATensorIsRefusedWithItsName() throws IOException {
    Path path = directory.resolve("ranks.safetensors");
    Safetensors.write(
        path,
        Map.of("deep", TensorData.ofFloats(new float[1], 1, 1, 1, 1, 1, 1, 1, 1, 1)),
        Map.of());
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.load(path))
        .withMessage(
            "%s: tensor \"deep\": shape [1, 1, 1, 1, 1, 1, 1, 1, 1]: rank 9 exceeds the greatest"
                + " supported rank, 8",
            path);
    Path npy = directory.resolve("long.npy");
    Npy.write(npy, TensorData.ofFloats(new float[0], 5_000_000_000L, 0));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Npy.load(npy))
        .withMessage(
            "%s: shape [5000000000, 0]: a dimension exceeds 2,147,483,647; split the tensor along"
                + " it",
            npy);
  }

  private static Tensor get(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name));
  }
}
