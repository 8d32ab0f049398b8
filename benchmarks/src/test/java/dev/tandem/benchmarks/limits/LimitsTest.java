package dev.tandem.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {

  @ParameterizedTest
  @EnumSource
  void everyKindOfTrafficCountsItsBytes(Traffic traffic) {
    try (Limits limits = new Limits(2)) {
      Gauge gauge = limits.bandwidth(traffic, 1000);

      // 500 elements for each of two threads, rounded up to 512
      assertThat(gauge.round()).isEqualTo(2 * 512 * 4.0 * traffic.streams());
      assertThat(gauge.best()).isPositive();
    }
  }

  @Test
  void arraysOfOneElementAreAllowed() {
    try (Limits limits = new Limits(1)) {
      assertThat(limits.bandwidth(Traffic.TRIAD, 1).best()).isPositive();
    }
  }

  @Test
  void thePeakCountsTheOperationsOfAllThreads() {
    try (Limits one = new Limits(1);
        Limits two = new Limits(2)) {
      assertThat(two.peak().round()).isEqualTo(2 * one.peak().round());
    }
  }

  @Test
  void everyMemberOfATeamDoesTheTaskOnce() {
    AtomicIntegerArray calls = new AtomicIntegerArray(3);
    try (Team team = new Team(3)) {
      assertThat(team.run(calls::incrementAndGet)).isNotNegative();
    }
    assertThat(calls).hasToString("[1, 1, 1]");
  }

  @Test
  void aTaskThatFailsInAnotherThreadFailsForTheCaller() {
    try (Team team = new Team(2)) {
      assertThatThrownBy(() ->
              team.run(member -> {
                if (member == 1) {
                  throw new IllegalArgumentException("one failed");
                }
              }))
          .hasRootCauseMessage("one failed");
    }
  }

  @Test
  void cacheSizesAreReadWithTheirUnits() {
    assertThat(Caches.bytes("48K")).isEqualTo(48 << 10);
    assertThat(Caches.bytes("2M")).isEqualTo(2 << 20);
    assertThat(Caches.bytes("512")).isEqualTo(512);
  }

  @Test
  void eachLevelIsLargerThanTheOneBefore() {
    Caches caches = new Caches(48 << 10, 2 << 20, 32 << 20, true);

    assertThat(Level.L1.bytes(caches, 2)).isEqualTo(48 << 10);
    assertThat(Level.L2.bytes(caches, 2)).isEqualTo(2 << 20);
    assertThat(Level.L3.bytes(caches, 2)).isEqualTo(16 << 20);
    assertThat(Level.MEMORY.bytes(caches, 2)).isGreaterThanOrEqualTo(128 << 20);
  }
}
