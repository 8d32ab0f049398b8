package dev.tandem.backend;

/**
 * How a backend announces itself to {@link java.util.ServiceLoader}. The provider must load on any
 * machine, whether or not its engine can run there.
 */
public interface BackendProvider {

  /** The priority of a backend that is chosen by itself only where no other one is found at all. */
  int LAST_RESORT = 0;

  /** The name users ask for: {@code cpu}, {@code gpu}, {@code reference}. */
  String name();

  /**
   * How much this backend is to be preferred when the user names none: of those that are available
   * and may be {@linkplain Probe.Available#chosenByItself() chosen by themselves} the one with the
   * highest priority is. {@link #LAST_RESORT}: only where no other was found. Negative: never
   * chosen unless named.
   */
  int priority();

  /**
   * Whether the engine can run here, and if not, why and what would change that. Never throws;
   * costs up to seconds the first time and nothing afterwards.
   */
  Probe probe();

  /**
   * Starts an engine.
   *
   * @throws BackendUnavailableException if {@link #probe()} says that it cannot run
   * @throws IllegalArgumentException if an option does not fit, for example an unknown device
   */
  Backend open(BackendOptions options);
}
