package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a generator does beyond giving PyTorch's numbers, which is {@link GeneratorGoldenTest}. */
class GeneratorTest {

  @Test
  void engineGivesTheNumberThatTheCppStandardDemands() {
    MersenneTwister engine = new MersenneTwister(5489);
    int last = 0;
    for (int i = 0; i < 10_000; i++) {
      last = engine.next();
    }
    assertThat(Integer.toUnsignedLong(last)).isEqualTo(4_123_659_995L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 15, 16, 17, 31, 32, 33, 207, 4099})
  void memoryOfAnyAlignmentIsFilledAsAnArrayIs(int size) {
    float[] uniform = new float[size];
    float[] normal = new float[size];
    Generator expected = Generator.seeded(1);
    expected.uniform(uniform, -2, 3);
    expected.normal(normal, -2, 3);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(4L * size + 1).asSlice(1);
      Generator actual = Generator.seeded(1);
      actual.uniform(target, -2, 3);
      assertThat(target.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(uniform);
      actual.normal(target, -2, 3);
      assertThat(target.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(normal);
    }
  }

  @Test
  void uniformNumbersStayWithinTheirBounds() {
    float[] values = new float[10_000];
    Generator.seeded(2).uniform(values, -0.5, 0.25);
    for (float value : values) {
      assertThat(value).isBetween(-0.5f, 0.25f);
    }
  }

  @Test
  void uniformNumbersOfAnEmptyRangeAreItsBound() {
    float[] values = new float[3];
    Generator.seeded(2).uniform(values, 0.75, 0.75);
    assertThat(values).containsOnly(0.75f);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 4099})
  void normalNumbersWithoutDeviationAreTheirMean(int size) {
    float[] values = new float[size];
    Generator.seeded(2).normal(values, 1.5, 0);
    assertThat(values).containsOnly(1.5f);
  }

  @Test
  void blockwiseNormalNumbersHaveTheMomentsAskedFor() {
    float[] values = new float[100_000];
    Generator.seeded(3).normal(values, 2, 3);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (value - 2) * (value - 2);
    }
    // six standard errors
    assertThat(sum / values.length).isBetween(2 - 0.057, 2 + 0.057);
    assertThat(squares / values.length).isBetween(9 - 0.25, 9 + 0.25);
  }

  @Test
  void boundedIntegersStayWithinTheirBound() {
    Generator generator = Generator.seeded(4);
    for (int bound : new int[] {1, 2, 3, 1000, (1 << 28) - 1, 1 << 28, Integer.MAX_VALUE}) {
      for (int i = 0; i < 1000; i++) {
        assertThat(generator.nextInt(bound)).isBetween(0, bound - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 13, 4099})
  void permutationHoldsEachNumberOnce(int n) {
    assertEachOnce(Generator.seeded(5).permutation(n));
  }

  @Test
  void permutationForManyMillionsHoldsEachNumberOnce() {
    int[] order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    Generator.seeded(5).shuffleWide(order);
    assertEachOnce(order);
    assertThat(order).isNotEqualTo(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  }

  private static void assertEachOnce(int[] order) {
    boolean[] seen = new boolean[order.length];
    for (int i : order) {
      assertThat(seen[i]).isFalse();
      seen[i] = true;
    }
  }

  @Test
  void restoredGeneratorContinuesWhereTheOtherWas() {
    Generator original = Generator.seeded(6);
    original.uniform(new float[700], 0, 1);
    original.nextNormal(); // leaves the second of a pair
    Generator restored = Generator.seeded(0);
    restored.restore(original.state());
    assertThat(restored.nextNormal()).isEqualTo(original.nextNormal());
    assertThat(restored.nextNormal()).isEqualTo(original.nextNormal());
    assertThat(restored.permutation(1000)).isEqualTo(original.permutation(1000));
    assertThat(restored.state()).isEqualTo(original.state());
  }

  @Test
  void restoringSomethingElseIsRefusedAndChangesNothing() {
    Generator generator = Generator.seeded(7);
    byte[] before = generator.state();
    byte[] zero = before.clone();
    Arrays.fill(zero, 4, zero.length, (byte) 0);
    byte[] position = before.clone();
    position[5] = 100;
    byte[] magic = before.clone();
    magic[0]++;
    for (byte[] wrong : List.of(new byte[0], new byte[12], zero, position, magic)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> generator.restore(wrong))
          .withMessageStartingWith("restore: not a generator's state: ")
          .withMessageEndingWith("pass the 2,512 bytes that Generator.state() returned");
    }
    assertThat(generator.state()).isEqualTo(before);
  }

  @Test
  void threadsSharingAGeneratorGetDifferentNumbers()
      throws InterruptedException, ExecutionException {
    int each = 20_000;
    Set<Long> expected = new HashSet<>();
    Generator alone = Generator.seeded(8);
    for (int i = 0; i < 4 * each; i++) {
      expected.add(alone.nextLong());
    }
    Generator shared = Generator.seeded(8);
    Callable<List<Long>> draw =
        () -> {
          List<Long> drawn = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            drawn.add(shared.nextLong());
          }
          return drawn;
        };
    Set<Long> actual = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<List<Long>> drawn : threads.invokeAll(List.of(draw, draw, draw, draw))) {
        actual.addAll(drawn.get());
      }
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void wrongArgumentsAreNamed() {
    Generator generator = Generator.seeded(9);
    assertRefused(
        () -> generator.uniform(new float[1], 1, 0),
        "uniform: from 1.0 to 0.0; the bounds must be finite and in order");
    assertRefused(
        () -> generator.uniform(new float[1], 0, Double.NaN),
        "uniform: from 0.0 to NaN; the bounds must be finite and in order");
    assertRefused(
        () -> generator.uniform(new float[1], -3e38, 3e38),
        "uniform: from -3.0E38 to 3.0E38; the bounds must be finite and in order");
    assertRefused(
        () -> generator.normal(new float[1], 0, -1),
        "normal: standard deviation -1.0; it must not be negative");
    assertRefused(
        () -> generator.normal(MemorySegment.ofArray(new byte[6]), 0, 1),
        "normal: target of 6 bytes; float32 values take 4 bytes each");
    assertRefused(
        () -> generator.kaimingUniform(new float[1], 0),
        "kaimingUniform: fan-in 0; it must be positive");
    assertRefused(() -> generator.nextInt(0), "nextInt: bound 0; it must be positive");
    assertRefused(() -> generator.nextLong(-1), "nextLong: bound -1; it must be positive");
    assertRefused(() -> generator.permutation(-1), "permutation: of -1; it must not be negative");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
