package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.train.data.UsageException;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of every command that computes. */
final class BackendChoice {

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "Engine: auto, cpu, gpu, reference; gpu:1 or gpu:h200 for a certain device. Default:"
              + " auto, a GPU if there is one, else the CPU.")
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
    String engine = name.equals("auto") ? Backends.preferred().name() : name;
    checkKnown(engine.split(":", 2)[0]);
    try {
      return Backends.open(engine, BackendOptions.DEFAULT.withThreads(threads));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--backend %s: %s".formatted(name, e.getMessage()), "Say tandem devices to see them all");
    }
  }

  private static void checkKnown(String backend) {
    List<String> known = Backends.providers().stream().map(BackendProvider::name).toList();
    if (known.contains(backend)) {
      return;
    }
    if (backend.equals(Engines.GPU)) {
      throw new BackendUnavailableException(Engines.GPU, Engines.GPU_NOT_BUILT);
    }
    throw new UsageException(
        "--backend: there is no engine named '%s'".formatted(backend),
        "There are auto, " + String.join(", ", known));
  }
}
