package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which engine is taken where nobody names one. */
class BackendsTest {

  private static final Probe RUNS = new Probe.Available(List.of(device("a device")));
  private static final Probe ONLY_A_PROCESSOR =
      new Probe.Available(List.of(device("a processor")), false);
  private static final Probe MISSING = new Probe.Unavailable("it is missing", "Install it");

  private static final BackendProvider REFERENCE =
      new Found("reference", BackendProvider.LAST_RESORT, RUNS);

  private record Found(String name, int priority, Probe probe) implements BackendProvider {
    @Override
    public Backend open(BackendOptions options) {
      throw new AssertionError("choosing opens nothing");
    }
  }

  private static Device device(String name) {
    return new Device("id", name, Map.of());
  }

  private static BackendProvider gpu(Probe probe) {
    return new Found("gpu", 200, probe);
  }

  private static BackendProvider cpu(Probe probe) {
    return new Found("cpu", 100, probe);
  }

  private static String preferred(BackendProvider... providers) {
    return Backends.preferred(List.of(providers)).name();
  }

  @Test
  void theHighestPriorityThatCanRunIsTaken() {
    assertThat(preferred(gpu(RUNS), cpu(RUNS), REFERENCE)).isEqualTo("gpu");
    assertThat(preferred(gpu(MISSING), cpu(RUNS), REFERENCE)).isEqualTo("cpu");
  }

  @Test
  void aGpuEngineWithNothingButAProcessorGivesWayToTheCpuEngine() {
    assertThat(preferred(gpu(ONLY_A_PROCESSOR), cpu(RUNS), REFERENCE)).isEqualTo("cpu");
  }

  @Test
  void anEngineWithANegativePriorityIsNeverTakenUnasked() {
    assertThat(preferred(new Found("trial", -1, RUNS), cpu(RUNS))).isEqualTo("cpu");
  }

  @Test
  void theReferenceIsTakenOnlyWhereNoOtherWasFound() {
    assertThat(preferred(REFERENCE)).isEqualTo("reference");
    assertThatThrownBy(() -> preferred(gpu(ONLY_A_PROCESSOR), cpu(MISSING), REFERENCE))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContainingAll(
            "backend gpu has found only a processor",
            "backend cpu cannot run: it is missing. Install it.",
            "Only the slow backend reference can run here");
  }

  @Test
  void aNameMayHoldADevice() {
    try (Backend exact = Backends.open("reference:double", BackendOptions.DEFAULT)) {
      assertThat(exact.device().id()).isEqualTo("reference:1");
    }
    assertThat(Backends.get("reference:0").device().id()).isEqualTo("reference:0");
    assertThatThrownBy(() -> Backends.get("reference:half"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half");
    assertThatThrownBy(() -> Backends.get("tpu:1"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("backend tpu cannot run");
  }
}
