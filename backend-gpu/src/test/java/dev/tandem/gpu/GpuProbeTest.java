package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever keeps TornadoVM from running is an answer with a remedy, never an error. */
final class GpuProbeTest {

  private static final String NO_FALLBACK = "-Dtornado.recover.bailout=false";

  /** Prints the provider's answer. */
  static final class PrintProbe {
    public static void main(String[] arguments) {
      System.out.println(new GpuBackendProvider().probe());
      System.exit(0);
    }
  }

  @Test
  void tornadoThatIsNotOnTheModulePathIsNamed() throws Exception {
    assertThat(ChildJvm.plain().run(PrintProbe.class))
        .contains("Unavailable", "TornadoVM is not on the module path", "tornado-argfile");
  }

  @Test
  void theSequentialFallbackIsNamed() throws Exception {
    assertThat(ChildJvm.withTornado().run(PrintProbe.class))
        .contains("Unavailable", "sequential Java", NO_FALLBACK);
  }

  @Test
  void aMissingDriverIsNamed(@TempDir Path noDrivers) throws Exception {
    assertThat(
            ChildJvm.withTornado(NO_FALLBACK)
                .withEnvironment("OCL_ICD_VENDORS", noDrivers.toString())
                .run(PrintProbe.class))
        .contains("Unavailable", "no driver or device", "Install the driver");
  }

  @Test
  void noDeviceAtAllIsNamed() {
    assertThat(GpuProbe.judge(new GpuDevices.Found(List.of(), List.of())).toString())
        .contains("Unavailable", "no driver or device", "Install the driver");
  }

  @Test
  void devicesThatAreTooSmallAreNamedWithWhatIsNeeded() {
    assertThat(
            GpuProbe.judge(
                    new GpuDevices.Found(
                        List.of(), List.of("Toy has 1,024 bytes and groups of [64]")))
                .toString())
        .contains("Unavailable", "large enough: Toy has 1,024 bytes", "16,512", "256", "cpu");
  }

  @Test
  void aDeviceIsTooSmallWithoutSharedMemoryOrLargeGroups() {
    assertThat(GpuDevices.isLargeEnough(16_512, new long[] {256, 1, 1})).isTrue();
    assertThat(GpuDevices.isLargeEnough(16_512, new long[0])).isTrue();
    assertThat(GpuDevices.isLargeEnough(16_511, new long[] {256, 1, 1})).isFalse();
    assertThat(GpuDevices.isLargeEnough(16_512, new long[] {255, 1, 1})).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.2.0-jdk25", "5.3.1-jdk25", "5.10.0", "unknown"})
  void versionsThatWillDoAreTried(String version) {
    assertThat(GpuProbe.obstacle(version, "false")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.1.0-jdk21", "4.0.1", "6.0.0-jdk25", "1.0"})
  void otherVersionsAreNamed(String version) {
    Probe.Unavailable obstacle = Objects.requireNonNull(GpuProbe.obstacle(version, "false"));
    assertThat(obstacle.reason()).contains(version, "5.2");
    assertThat(obstacle.remedy()).contains("sdk install tornadovm");
  }

  @Test
  void saysTheFirstCauseOfAFailureInOneLineWithoutItsColour() {
    Throwable cause = new IllegalStateException("\u001B[31mno\n  platform\u001B[0m\n");
    assertThat(GpuProbe.rootMessage(new ExceptionInInitializerError(cause)))
        .isEqualTo("IllegalStateException: no platform");
  }

  @Test
  void thePageOfTheEngineHasARowForEveryAnswer() throws IOException {
    String source = Files.readString(Path.of("src/main/java/dev/tandem/gpu/GpuProbe.java"));
    String page = Files.readString(Path.of("../docs/gpu.md"));
    List<String> reasons =
        Pattern.compile("Unavailable\\(\\s*\"([^\"(:]{20})")
            .matcher(source)
            .results()
            .map(answer -> answer.group(1))
            .toList();
    assertThat(reasons).hasSize(5).allSatisfy(reason -> assertThat(page).contains("| `" + reason));
  }
}
