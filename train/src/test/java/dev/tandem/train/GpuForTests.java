package dev.tandem.train;

import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/**
 * What the GPU engine has found here, for tests that need a device and for those that need none.
 */
final class GpuForTests {

  private GpuForTests() {}

  private static Probe probe() {
    return Objects.requireNonNull(Engines.probes().get(Engines.GPU));
  }

  /** Its devices; skips the test where it cannot run, and prints why. */
  static List<Device> devices() {
    return switch (probe()) {
      case Probe.Available available -> available.devices();
      case Probe.Unavailable missing ->
          throw skip("no GPU: %s. %s.".formatted(missing.reason(), missing.remedy()));
    };
  }

  /** Why it cannot run; skips the test where it can, and prints so. */
  static Probe.Unavailable missing() {
    return switch (probe()) {
      case Probe.Unavailable missing -> missing;
      case Probe.Available available ->
          throw skip("there is a GPU: " + available.devices().getFirst().name());
    };
  }

  private static AssertionError skip(String reason) {
    System.out.println("SKIPPED, " + reason);
    return Assumptions.abort(reason);
  }
}
