package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Probe;
import org.junit.jupiter.api.Assumptions;

/** Opens the GPU engine, or skips the test with the reason why there is none. */
final class GpuForTests {

  private GpuForTests() {}

  static Backend open(BackendOptions options) {
    GpuBackendProvider provider = new GpuBackendProvider();
    if (provider.probe() instanceof Probe.Unavailable unavailable) {
      String reason = "no GPU: %s. %s.".formatted(unavailable.reason(), unavailable.remedy());
      System.out.println("SKIPPED, " + reason);
      Assumptions.abort(reason);
    }
    return provider.open(options);
  }

  /** A device as an engine without options has it. */
  static GpuSite site(GpuDevice device) {
    return GpuSite.of(device, GpuSettings.DEFAULT, BackendOptions.DEFAULT);
  }
}
