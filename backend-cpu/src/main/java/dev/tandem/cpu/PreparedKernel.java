package dev.tandem.cpu;

/**
 * A kernel of a compiled schedule, with everything worked out that does not change between runs.
 */
interface PreparedKernel {

  /** Runs it over the memory that its {@link Slots} are bound to now. Allocates nothing. */
  void run();

  /** About how long a run takes on one thread, in nanoseconds. */
  double nanos();
}
