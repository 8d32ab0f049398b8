package dev.tandem.benchmarks.contest;

import org.jspecify.annotations.Nullable;

/** Somebody who solves problems: an engine of Tandem, plain loops, another library. */
public interface Contender {

  /** What the parameter {@code backend} calls it. */
  String name();

  /** Why it cannot run here and what would help; null if it can. Never throws. */
  @Nullable String unavailable();

  /** Whether it obeys a number of threads other than 1. */
  boolean usesThreads();

  /** Why it does not take a problem; null if it does. */
  @Nullable String declines(Problem problem);

  /**
   * Makes a problem ready.
   *
   * @param inputs as {@link Problem#inputs} gave them; not changed
   * @param threads how many may compute at once
   * @throws IllegalArgumentException if it {@link #declines} the problem
   */
  Work prepare(Problem problem, float[][] inputs, int threads);

  /**
   * Makes a problem ready so that each run says where its time went; null where there is no device
   * apart from the processor, and nothing to tell apart.
   *
   * @throws IllegalArgumentException if it {@link #declines} the problem
   */
  default @Nullable TimedWork prepareTimed(Problem problem) {
    return null;
  }
}
