package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IterationSpaceTest {

  private static final int[][] SHAPES_OF_24 = {
    {24},
    {1, 24},
    {2, 12},
    {12, 2},
    {2, 3, 4},
    {4, 3, 2},
    {6, 1, 4},
    {3, 8, 1},
    {2, 2, 2, 3},
    {1, 2, 1, 12, 1}
  };

  static List<int[]> windows() {
    List<int[]> pairs = new ArrayList<>();
    for (int from = 0; from < SHAPES_OF_24.length; from++) {
      for (int to = 0; to < SHAPES_OF_24.length; to++) {
        for (int seed = 0; seed < 5; seed++) {
          pairs.add(new int[] {from, to, seed});
        }
      }
    }
    return pairs;
  }

  /** Either the same elements in the same order, or no answer; and an answer where one exists. */
  @ParameterizedTest
  @MethodSource("windows")
  void reshapedStridesVisitTheSameElements(int[] pair) {
    int[] from = SHAPES_OF_24[pair[0]];
    int[] to = SHAPES_OF_24[pair[1]];
    int[] strides = shuffledStrides(from, new Random(pair[2]));
    int[] reshaped = IterationSpace.reshape(from, strides, to);
    if (reshaped != null) {
      assertThat(visits(to, reshaped)).isEqualTo(visits(from, strides));
    } else {
      assertThat(Operand.isContiguous(from, strides)).isFalse();
      assertThat(pair[0]).isNotEqualTo(pair[1]);
    }
  }

  @Test
  void aRepeatedRowSurvivesTheSplittingOfItsLeadingAxis() {
    int[] reshaped =
        IterationSpace.reshape(new int[] {6, 5}, new int[] {0, 1}, new int[] {2, 3, 5});
    assertThat(reshaped).containsExactly(0, 0, 1);
  }

  @Test
  void aRepeatedRowCannotBeFlattened() {
    assertThat(IterationSpace.reshape(new int[] {6, 5}, new int[] {0, 1}, new int[] {30})).isNull();
  }

  @Test
  void axesThatEveryWindowWalksAsOneAreMerged() {
    int[] shape = {2, 1, 3, 4};
    List<int[]> windows = List.of(new int[] {12, 0, 4, 1}, new int[] {0, 7, 4, 1});
    int[][] axes = IterationSpace.mergedAxes(shape, new int[4], windows);
    assertThat(IterationSpace.mergedShape(shape, axes)).containsExactly(2, 12);
    assertThat(IterationSpace.mergedStrides(windows.get(1), axes)).containsExactly(0, 1);
  }

  @Test
  void axesOfDifferentGroupsStayApart() {
    int[] shape = {2, 3};
    int[][] axes = IterationSpace.mergedAxes(shape, new int[] {0, 1}, List.of(new int[] {3, 1}));
    assertThat(IterationSpace.mergedShape(shape, axes)).containsExactly(2, 3);
  }

  private static int[] shuffledStrides(int[] shape, Random random) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, shape.length).boxed().toList());
    if (random.nextInt(3) > 0) {
      Collections.shuffle(axes, random);
    }
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis : axes.reversed()) {
      boolean repeated = random.nextInt(6) == 0;
      strides[axis] = repeated ? 0 : stride;
      stride *= repeated ? 1 : shape[axis];
    }
    return strides;
  }

  private static int[] visits(int[] shape, int[] strides) {
    int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    int[] visited = new int[elements];
    for (int i = 0; i < elements; i++) {
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        visited[i] += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
    }
    return visited;
  }
}
