package dev.tandem.benchmarks.contest;

import dev.tandem.backend.Backend;
import dev.tandem.backend.RunTimes;
import java.util.Objects;

/** A problem made ready on an engine that measures where the time of each run goes. */
public final class TimedWork implements AutoCloseable {

  private final Work work;
  private final Backend backend;

  /**
   * @param work runs on {@code backend} and closes it
   */
  TimedWork(Work work, Backend backend) {
    this.work = work;
    this.backend = backend;
  }

  /** Solves the problem once. */
  public RunTimes run() {
    RunTimes before = times();
    work.run();
    return times().since(before);
  }

  private RunTimes times() {
    return Objects.requireNonNull(backend.times());
  }

  @Override
  public void close() {
    work.close();
  }
}
