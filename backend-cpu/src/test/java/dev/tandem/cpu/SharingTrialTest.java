package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharingTrialTest {

  private static final long ALONE_NANOS = 2_500;
  private static final int RUNS_OF_A_TRIAL = SharingTrial.RUNS_ALONE + SharingTrial.RUNS_SHARED;

  private long now;
  private int calls; // for the others to wake
  private final SharingTrial trial = new SharingTrial(() -> calls++, () -> now);

  @Test
  void workIsSharedUntilItHasBeenTried() {
    assertThat(sharedOf(SharingTrial.FIRST_RUNS, 3_200)).isEqualTo(SharingTrial.FIRST_RUNS);
    assertThat(sharedOf(SharingTrial.RUNS_ALONE, 3_200)).isZero();
    assertThat(calls).isOne();
    assertThat(sharedOf(SharingTrial.RUNS_SHARED, 3_200)).isEqualTo(SharingTrial.RUNS_SHARED);
  }

  @Test
  void afterwardsItIsDoneTheQuickerWay() {
    sharedOf(SharingTrial.FIRST_RUNS + RUNS_OF_A_TRIAL, 3_200);
    assertThat(sharedOf(2 * SharingTrial.FIRST_RUNS, 3_200)).isZero();

    sharedOf(RUNS_OF_A_TRIAL, 1_700); // cores have come nearer
    assertThat(sharedOf(4 * SharingTrial.FIRST_RUNS, 1_700)).isEqualTo(4 * SharingTrial.FIRST_RUNS);

    sharedOf(RUNS_OF_A_TRIAL, 3_200); // and are far again
    assertThat(sharedOf(8 * SharingTrial.FIRST_RUNS, 3_200)).isZero();
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void onlyTheQuickestRunCounts() {
    sharedOf(SharingTrial.FIRST_RUNS + SharingTrial.RUNS_ALONE, 1_700);
    sharedOf(SharingTrial.RUNS_SHARED - 1, 60_000); // the others sleep
    sharedOf(1, 1_700);
    assertThat(trial.shares()).isTrue();
  }

  @Test
  void trialsBecomeRare() {
    int runs = 1_000_000;
    sharedOf(runs, 1_700);
    assertThat(calls).isBetween(runs / SharingTrial.MOST_RUNS, runs / SharingTrial.MOST_RUNS + 8);
  }

  /** Runs so often with a worker as quick as that, and returns how often it was shared. */
  private int sharedOf(int runs, long sharedNanos) {
    int shared = 0;
    for (int run = 0; run < runs; run++) {
      boolean together = trial.shares();
      now += together ? sharedNanos : ALONE_NANOS;
      shared += together ? 1 : 0;
      trial.end();
    }
    return shared;
  }
}
