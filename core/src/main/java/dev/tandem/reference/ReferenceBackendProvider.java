package dev.tandem.reference;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Announces the reference engine, which runs everywhere. Its two devices are its two precisions:
 * {@code float}, which behaves as every backend, and {@code double}, which rounds nothing.
 */
public final class ReferenceBackendProvider implements BackendProvider {

  @Override
  public String name() {
    return ReferenceBackend.NAME;
  }

  @Override
  public int priority() {
    return LAST_RESORT;
  }

  @Override
  public Probe probe() {
    return new Probe.Available(List.of(device(Precision.FLOAT), device(Precision.DOUBLE)));
  }

  @Override
  public Backend open(BackendOptions options) {
    return switch (options.device()) {
      case "", "0", "float" -> new ReferenceBackend(Precision.FLOAT, options.memoryLimit());
      case "1", "double" -> new ReferenceBackend(Precision.DOUBLE, options.memoryLimit());
      default ->
          throw new IllegalArgumentException(
              "reference backend: no device \"%s\"; choose float (0) or double (1)"
                  .formatted(options.device()));
    };
  }

  static Device device(Precision precision) {
    String name = precision.name().toLowerCase(Locale.ROOT);
    return new Device(
        ReferenceBackend.NAME + ":" + precision.ordinal(),
        "plain Java loops, " + name + " precision",
        Map.of("threads", "1"));
  }
}
