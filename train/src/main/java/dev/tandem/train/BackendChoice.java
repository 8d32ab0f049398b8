package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Probe;
import dev.tandem.train.data.JobException;
import dev.tandem.train.data.UsageException;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of every command that computes. */
final class BackendChoice {

  /** The GPU engine where it is not among the engines at all. */
  static final Probe.Unavailable GPU_NOT_BUILT =
      new Probe.Unavailable(
          "the GPU engine is not part of this build, which found no TornadoVM SDK",
          "Install the SDK, set TORNADOVM_HOME to its directory and build again");

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "Engine: auto, cpu, gpu, reference; gpu:1 for a certain device. Default: auto, the best"
              + " that runs here.")
  private String name = "auto";

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that compute. Default: 0, the engine's own choice.")
  private int threads;

  /**
   * Starts the engine.
   *
   * @throws dev.tandem.backend.BackendUnavailableException if it cannot run here
   */
  Backend open() {
    if (threads < 0) {
      throw new UsageException(
          "--threads is " + threads, "Give a number above 0, or 0 for the engine's own choice");
    }
    int colon = name.indexOf(':');
    String backend = colon < 0 ? name : name.substring(0, colon);
    String device = colon < 0 ? "" : name.substring(colon + 1);
    String chosen = backend.equals("auto") ? best() : backend;
    checkKnown(chosen);
    return Backends.open(chosen, BackendOptions.DEFAULT.withThreads(threads).withDevice(device));
  }

  private static void checkKnown(String backend) {
    List<String> known = Backends.providers().stream().map(BackendProvider::name).toList();
    if (known.contains(backend)) {
      return;
    }
    if (backend.equals("gpu")) {
      throw new BackendUnavailableException("gpu", GPU_NOT_BUILT);
    }
    throw new UsageException(
        "--backend: there is no engine named '%s'".formatted(backend),
        "There are auto, " + String.join(", ", known));
  }

  /** The most preferred engine that can run here. */
  private static String best() {
    for (BackendProvider provider : Backends.providers()) {
      if (provider.priority() >= 0 && provider.probe() instanceof Probe.Available) {
        return provider.name();
      }
    }
    throw new JobException(
        "no engine can run here", "Say tandem devices to see why, or use --backend reference");
  }
}
