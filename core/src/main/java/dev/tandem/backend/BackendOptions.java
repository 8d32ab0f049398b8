package dev.tandem.backend;

/**
 * Choices made when an engine is started.
 *
 * @param threads how many threads may compute at once, the caller's included; 0 for the engine's
 *     own choice
 * @param memoryLimit bytes that tensors and temporaries may hold; 0 for the engine's own choice
 * @param device which device, by index or part of its name; empty for the first
 * @param timed whether the engine measures its {@link Backend#times()}; each run then takes longer
 *     and may leave a record behind, so it is for measuring and not for long work
 */
public record BackendOptions(int threads, long memoryLimit, String device, boolean timed) {

  /** Everything left to the engine. */
  public static final BackendOptions DEFAULT = new BackendOptions(0, 0, "", false);

  public BackendOptions {
    if (threads < 0 || memoryLimit < 0) {
      throw new IllegalArgumentException(
          "backend options: threads %d and memory limit %d must not be negative (0 leaves the choice to the engine)"
              .formatted(threads, memoryLimit));
    }
  }

  /** The same options with another number of threads. */
  public BackendOptions withThreads(int threads) {
    return new BackendOptions(threads, memoryLimit, device, timed);
  }

  /** The same options with another memory limit, in bytes. */
  public BackendOptions withMemoryLimit(long bytes) {
    return new BackendOptions(threads, bytes, device, timed);
  }

  /** The same options for another device. */
  public BackendOptions withDevice(String device) {
    return new BackendOptions(threads, memoryLimit, device, timed);
  }

  /** The same options for an engine that measures where its time goes. */
  public BackendOptions withTimes() {
    return new BackendOptions(threads, memoryLimit, device, true);
  }
}
