package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Probe;
import java.util.LinkedHashMap;
import java.util.Map;

/** The engines that a user can name, and what each has found on this machine. */
final class Engines {

  static final String GPU = "gpu";

  /** The answer of the GPU engine where it is not among the engines at all. */
  static final Probe.Unavailable GPU_NOT_BUILT =
      new Probe.Unavailable(
          "the GPU engine is not part of this build, which found no TornadoVM SDK",
          "Install the SDK (docs/gpu.md says how), set TORNADOVM_HOME to its directory and build"
              + " again");

  private Engines() {}

  /** Asks every engine, which may take seconds. By name, the most preferred first. */
  static Map<String, Probe> probes() {
    Map<String, Probe> probes = new LinkedHashMap<>();
    for (BackendProvider provider : Backends.providers()) {
      probes.put(provider.name(), provider.probe());
    }
    probes.putIfAbsent(GPU, GPU_NOT_BUILT);
    return probes;
  }
}
