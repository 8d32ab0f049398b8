package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Probe;

/**
 * Announces the GPU engine, and says what is missing where it cannot run. This class loads without
 * TornadoVM; everything that needs it is behind {@link GpuProbe}.
 */
public final class GpuBackendProvider implements BackendProvider {

  static final String NAME = "gpu";

  private static final int PRIORITY = 200;

  /** For {@link java.util.ServiceLoader}. */
  public GpuBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /** Above the CPU; a device that is only a processor is not chosen by itself, see the probe. */
  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public Probe probe() {
    return GpuProbe.result();
  }

  @Override
  public Backend open(BackendOptions options) {
    if (probe() instanceof Probe.Unavailable unavailable) {
      throw new BackendUnavailableException(NAME, unavailable);
    }
    GpuDevice device = GpuDevices.choose(GpuDevices.find().usable(), options.device());
    GpuSettings settings = GpuSettings.of(System::getProperty);
    settings.checkOn(device);
    return new GpuBackend(device, settings, options);
  }
}
