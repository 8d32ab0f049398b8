package dev.tandem.cpu;

import java.util.function.LongSupplier;

/**
 * Finds out by trying whether a piece of work that is run many times is quicker on one thread or on
 * several. For work of a few microseconds no estimate says so: what sharing costs depends on how
 * many cache lines go from core to core and on how far apart these are, which may change under a
 * virtual machine. From time to time the work is run some times each way and timed; in between it
 * is run the quicker way and nothing is timed.
 *
 * <p>Callers that meet here may spoil one trial, whose outcome holds until the next.
 */
final class SharingTrial {

  /** Runs of a trial on one thread. The quickest counts: others can only make one slower. */
  static final int RUNS_ALONE = 16;

  /** And on several: a thread that sleeps needs some 50 microseconds to come. */
  static final int RUNS_SHARED = 64;

  /** Runs before the first trial, twice as many before each next: the JIT is not done yet. */
  static final int FIRST_RUNS = 64;

  /** Runs between trials, at most. A trial then takes less than 1 % of the time. */
  static final int MOST_RUNS = 1 << 13;

  private enum Phase {
    SETTLED,
    ALONE,
    SHARED
  }

  private final Runnable wake;
  private final LongSupplier clock;

  private Phase phase = Phase.SETTLED;
  private int runsOfPhase = FIRST_RUNS;
  private int runsBetween = FIRST_RUNS;
  private boolean quickerShared = true;
  private long start;
  private long quickest = Long.MAX_VALUE;
  private long quickestAlone;

  /**
   * @param wake wakes the other threads
   * @param clock tells the time in nanoseconds
   */
  SharingTrial(Runnable wake, LongSupplier clock) {
    this.wake = wake;
    this.clock = clock;
  }

  /** Whether to share the next run. To be called before each, and {@link #end} after it. */
  boolean shares() {
    if (phase == Phase.SETTLED) {
      return quickerShared;
    }
    start = clock.getAsLong();
    return phase == Phase.SHARED;
  }

  /** Takes note that a run is over. */
  void end() {
    if (phase != Phase.SETTLED) {
      quickest = Math.min(quickest, clock.getAsLong() - start);
    }
    if (--runsOfPhase <= 0) {
      next();
    }
  }

  private void next() {
    switch (phase) {
      case SETTLED -> enter(Phase.ALONE, RUNS_ALONE);
      case ALONE -> {
        quickestAlone = quickest;
        enter(Phase.SHARED, RUNS_SHARED);
        wake.run();
      }
      case SHARED -> {
        quickerShared = quickest < quickestAlone;
        runsBetween = Math.min(2 * runsBetween, MOST_RUNS);
        enter(Phase.SETTLED, runsBetween);
      }
    }
  }

  private void enter(Phase phase, int runs) {
    this.phase = phase;
    runsOfPhase = runs;
    quickest = Long.MAX_VALUE;
  }
}
