package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the probe concludes from what it finds. */
final class GpuProbeTest {

  @ParameterizedTest
  @ValueSource(strings = {"5.2.0-jdk25", "5.2.1-jdk22plus", "5.10.0", "unknown", ""})
  void triesVersionsThatItKnowsAndThoseItCannotRead(String version) {
    assertThat(GpuProbe.isSupported(version)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.1-jdk25", "5.1.0-jdk25", "6.0.0", "7.1.0-jdk22plus"})
  void refusesVersionsThatItDoesNotKnow(String version) {
    assertThat(GpuProbe.isSupported(version)).isFalse();
  }

  @Test
  void theFallbackIsOnUnlessItIsSwitchedOff() {
    assertThat(GpuProbe.isFallbackOn(null)).isTrue();
    assertThat(GpuProbe.isFallbackOn("true")).isTrue();
    assertThat(GpuProbe.isFallbackOn("false")).isFalse();
  }

  @Test
  void saysThatNoDeviceIsLargeEnoughOrThatThereIsNone() {
    assertThat(GpuProbe.noneUsable(List.of("a GPU has 16,384 bytes of local memory")).reason())
        .isEqualTo("no device is large enough: a GPU has 16,384 bytes of local memory");
    assertThat(GpuProbe.noneUsable(List.of()).reason())
        .isEqualTo("TornadoVM finds no driver or device (it lists none)");
  }

  @Test
  void saysTheFirstCauseOfAFailureWithoutItsColour() {
    Throwable cause = new IllegalStateException("\u001B[31mno platform\u001B[0m");
    assertThat(GpuProbe.rootMessage(new ExceptionInInitializerError(cause)))
        .isEqualTo("IllegalStateException: no platform");
  }

  @Test
  void thePageOfTheEngineHasARowForEveryAnswer() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/dev/tandem/gpu/GpuProbe.java"))
            .replaceAll("\"\\s*\\+\\s*\"", "");
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
