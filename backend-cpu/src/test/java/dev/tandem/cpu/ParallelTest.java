package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {

  private static final int THREADS = 5;
  private static final int REGIONS = 2_000;
  private static final double WORTHWHILE = 1e6; // nanoseconds
  private static final double SHORT = 20_000;
  private static final long SLEEP = 1_000_000;

  private final Parallel parallel = new Parallel(THREADS);

  @AfterEach
  void close() {
    parallel.close();
  }

  /** Counts who did what. */
  private static final class Counting implements Parallel.Work {

    final AtomicIntegerArray chunks;
    final AtomicIntegerArray begun = new AtomicIntegerArray(THREADS);
    final AtomicInteger strangers = new AtomicInteger();

    Counting(int chunks) {
      this.chunks = new AtomicIntegerArray(chunks);
    }

    @Override
    public void begin(int participant) {
      if (participant >= chunks.length() || begun.getAndIncrement(participant) > 0) {
        strangers.getAndIncrement();
      }
    }

    @Override
    public void run(int participant, int chunk) {
      chunks.getAndIncrement(chunk);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void everyChunkIsDoneOnceByParticipantsNumberedBelowTheChunks(int chunks) {
    for (int region = 0; region < REGIONS; region++) {
      Counting work = new Counting(chunks);
      parallel.run(work, chunks, WORTHWHILE);
      assertThat(work.strangers).hasValue(0);
      for (int chunk = 0; chunk < chunks; chunk++) {
        assertThat(work.chunks.get(chunk)).isOne();
      }
    }
  }

  @Test
  void failureOnAnyThreadReachesTheCallerAndLeavesTheThreadsUsable() {
    Parallel.Work failing =
        new Parallel.Work() {
          @Override
          public void begin(int participant) {}

          @Override
          public void run(int participant, int chunk) {
            throw new IllegalArgumentException("chunk " + chunk);
          }
        };
    assertThatThrownBy(() -> parallel.run(failing, 8, WORTHWHILE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("chunk");
    Counting work = new Counting(8);
    parallel.run(work, 8, WORTHWHILE);
    assertThat(work.strangers).hasValue(0);
    assertThat(work.chunks.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1]");
  }

  /** Nobody is woken for a few microseconds of work, but for many such in a row somebody is. */
  @Test
  @Timeout(60)
  void shortWorkInARowIsSharedInTheEnd() {
    AtomicInteger byOthers = new AtomicInteger();
    Parallel.Work work =
        new Parallel.Work() {
          @Override
          public void begin(int participant) {}

          @Override
          public void run(int participant, int chunk) {
            for (int i = 0; i < 100; i++) {
              Thread.onSpinWait();
            }
            byOthers.getAndAdd(participant > 0 ? 1 : 0);
          }
        };
    while (byOthers.get() == 0) {
      LockSupport.parkNanos(SLEEP); // the workers fall asleep
      for (int region = 0; region < REGIONS; region++) {
        parallel.run(work, 2 * THREADS, SHORT);
      }
    }
    assertThat(byOthers.get()).isPositive();
  }

  /** Between regions, every now and then. */
  @Test
  @Timeout(60)
  void measuringTheDistanceAgainDisturbsNoWork() {
    int regions = 70_000;
    Counting work = new Counting(2);
    for (int region = 0; region < regions; region++) {
      parallel.run(work, 2, 2_000);
    }
    assertThat(work.chunks.get(0)).isEqualTo(regions);
    assertThat(work.chunks.get(1)).isEqualTo(regions);
  }

  @Test
  @Timeout(60)
  void aDistanceStaysWithinWhatCoresCanBeApart() {
    for (int i = 0; i < 20; i++) {
      parallel.measureDistance();
      assertThat(parallel.canShare(1_799)).isFalse();
      assertThat(parallel.canShare(4_001)).isTrue();
    }
  }
}
