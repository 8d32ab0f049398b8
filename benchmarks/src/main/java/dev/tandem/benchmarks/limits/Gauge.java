package dev.tandem.benchmarks.limits;

import java.util.function.IntConsumer;

/** One limit that can be measured again and again, in rounds of a few milliseconds. */
public final class Gauge {

  private static final int ROUNDS = 6;
  private static final long ROUND_NANOS = 3_000_000;
  private static final int STEADY = 10;
  private static final int MOST_TRIES = 50;
  private static final int MOST_REPETITIONS = 1 << 20;

  private final Team team;
  private final double amount; // of one repetition in all threads together
  private final IntConsumer work;
  private int repetitions = 1;

  Gauge(Team team, double amount, IntConsumer work) {
    this.team = team;
    this.amount = amount;
    this.work = work;
  }

  /** The best of a few rounds, in operations or bytes a second. Takes about 20 ms. */
  public double best() {
    double best = 0; // a nanosecond
    for (int round = 0; round < ROUNDS; round++) {
      best = Math.max(best, amount * repetitions / Math.max(1, repeat()));
      repetitions = (int) Math.clamp(ROUND_NANOS * best / amount, 1, MOST_REPETITIONS);
    }
    return best * 1e9;
  }

  /** Measures until it gets no faster, so that everything is compiled. Takes up to a second. */
  public void warm() {
    double record = 0;
    for (int steady = 0, tries = 0; steady < STEADY && tries < MOST_TRIES; tries++) {
      double now = best();
      steady = now > 1.02 * record ? 0 : steady + 1;
      record = Math.max(record, now);
    }
  }

  /**
   * Does one round, as long as the last {@link #best} found right.
   *
   * @return floating-point operations or bytes of all threads together
   */
  public double round() {
    repeat();
    return amount * repetitions;
  }

  private long repeat() {
    int times = repetitions;
    return team.run(member -> {
      for (int i = 0; i < times; i++) {
        work.accept(member);
      }
    });
  }
}
