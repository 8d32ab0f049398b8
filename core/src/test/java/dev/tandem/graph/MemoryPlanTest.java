package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.Schedule.Temporary;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

  @Test
  void temporariesThatFollowEachOtherShareTheirElements() {
    MemoryPlan plan = new MemoryPlan(new int[] {100, 100}, new int[] {0, 2}, new int[] {1, 3}, 4);
    assertThat(plan.block()).isEqualTo(112);
    assertThat(plan.temporaries()).extracting(Temporary::offset).containsExactly(0L, 0L);
  }

  @Test
  void temporariesOfOneKernelAreApart() {
    MemoryPlan plan = new MemoryPlan(new int[] {16, 16}, new int[] {0, 1}, new int[] {1, 2}, 3);
    assertThat(plan.block()).isEqualTo(32);
  }

  @Test
  void noTemporariesNeedNoBlock() {
    assertThat(new MemoryPlan(new int[0], new int[0], new int[0], 5).block()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatLivesAtTheSameTimeNeverOverlaps(long seed) {
    Random random = new Random(seed);
    int kernels = 60;
    int count = 200;
    int[] sizes = new int[count];
    int[] first = new int[count];
    int[] last = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = random.nextInt(500);
      first[i] = random.nextInt(kernels);
      last[i] = Math.min(kernels - 1, first[i] + random.nextInt(8));
    }
    MemoryPlan plan = new MemoryPlan(sizes, first, last, kernels);
    List<Temporary> placed = plan.temporaries();
    long sum = 0;
    for (int i = 0; i < count; i++) {
      assertThat(placed.get(i).offset() % 16).isZero();
      assertThat(placed.get(i).offset() + sizes[i]).isLessThanOrEqualTo(plan.block());
      sum += sizes[i];
      for (int j = 0; j < i; j++) {
        boolean together = first[i] <= last[j] && first[j] <= last[i];
        assertThat(together && overlap(placed.get(i), placed.get(j))).isFalse();
      }
    }
    assertThat(plan.block()).as("sharing saves memory").isLessThan(sum / 2);
  }

  private static boolean overlap(Temporary a, Temporary b) {
    return a.offset() < b.offset() + b.elements() && b.offset() < a.offset() + a.elements();
  }
}
