package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What has not run on a device happens only where it is asked for, and never silently does not. */
final class GpuSettingsTest {

  private static GpuSettings of(Map<String, String> properties) {
    return GpuSettings.of(properties::get);
  }

  private static GpuSettings cublas(String value) {
    return of(Map.of("tandem.gpu.cublas", value));
  }

  @Test
  void nothingHappensUnasked() {
    assertThat(of(Map.of())).isEqualTo(GpuSettings.DEFAULT);
    assertThat(cublas("false")).isEqualTo(GpuSettings.DEFAULT);
    assertThatCode(() -> GpuSettings.DEFAULT.checkOn("it", TornadoVMBackendType.OPENCL, false))
        .doesNotThrowAnyException();
  }

  @Test
  void theLibraryKeepsAllBitsUnlessTheyAreGivenUp() {
    assertThat(cublas("true").library()).isEqualTo(MatmulLibrary.CUBLAS);
    assertThat(cublas("TF32").library()).isEqualTo(MatmulLibrary.CUBLAS_TF32);
    assertThat(of(Map.of("tandem.gpu.cudagraph", "true")).replays()).isTrue();
  }

  @Test
  void aValueThatMeansNothingIsRefusedWithThoseThatDo() {
    assertThatThrownBy(() -> cublas("fp16"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("-Dtandem.gpu.cublas=fp16")
        .hasMessageContaining("true, tf32 or false");
  }

  @Test
  void aDeviceThatCannotIsRefusedWithTheRemedy() {
    assertThatThrownBy(
            () -> cublas("true").checkOn("gpu:0 (Toy)", TornadoVMBackendType.OPENCL, true))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("-Dtandem.gpu.cublas")
        .hasMessageContaining("gpu:0 (Toy) through OPENCL")
        .hasMessageContaining("SDK for CUDA");
    assertThatThrownBy(() ->
            of(Map.of("tandem.gpu.cudagraph", "true"))
                .checkOn("gpu:0 (Toy)", TornadoVMBackendType.PTX, true))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("-Dtandem.gpu.cudagraph");
    assertThatThrownBy(() -> cublas("true").checkOn("it", TornadoVMBackendType.CUDA, false))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("tornado.cublas");
    assertThatCode(() -> cublas("true").checkOn("it", TornadoVMBackendType.CUDA, true))
        .doesNotThrowAnyException();
  }

  @Test
  void thePageOfTheEngineHasEveryProperty() throws IOException {
    assertThat(Files.readString(Path.of("../docs/gpu.md")))
        .contains("-Dtandem.gpu.cublas=true", "tf32", "-Dtandem.gpu.cudagraph=true");
  }
}
