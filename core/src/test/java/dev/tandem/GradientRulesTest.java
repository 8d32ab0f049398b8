package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.Exact;
import dev.tandem.testing.GradientCase;
import dev.tandem.testing.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The calculus against finite differences, in double precision, and its conventions at kinks. */
class GradientRulesTest {

  /** A power of two, so that float32 scalars hold it exactly. */
  private static final double STEP = 0x1p-12;

  /** Constants in gradient rules are float32. */
  private static final double RELATIVE_ERROR = 1e-6;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.GradientCases#all")
  void gradientsAreTheSlopesOfTheFunction(GradientCase it) {
    Function<List<Tensor>, Tensor> loss = x -> it.weightedSum(it.function().apply(x));
    checkSlopes(it, loss);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.GradientCases#all")
  void gradientsOfGradientsAreTheirSlopes(GradientCase it) {
    Function<List<Tensor>, Tensor> slope =
        x -> {
          Tensor loss = it.weightedSum(it.function().apply(x));
          return along(Gradients.of(loss, x.toArray(Tensor[]::new)), directions(it, 17));
        };
    checkSlopes(it, slope);
  }

  /** Compares the gradient with five-point differences along some random directions. */
  private static void checkSlopes(GradientCase it, Function<List<Tensor>, Tensor> loss) {
    for (int seed = 0; seed < 3; seed++) {
      int direction = seed;
      float[] results =
          Exact.compute(() -> {
            List<Tensor> x = it.tensors();
            List<Tensor> v = directions(it, direction);
            Tensor near = loss.apply(moved(x, v, 1)).sub(loss.apply(moved(x, v, -1)));
            Tensor far = loss.apply(moved(x, v, 2)).sub(loss.apply(moved(x, v, -2)));
            Tensor slope = near.mul(8).sub(far).div(12 * STEP);
            List<Tensor> gradients = Gradients.of(loss.apply(x), x.toArray(Tensor[]::new));
            Tensor[] all = {
              along(gradients, v),
              slope,
              along(
                  gradients.stream().map(Tensor::abs).toList(),
                  v.stream().map(Tensor::abs).toList())
            };
            Tensor.evaluateAll(all);
            return new float[] {all[0].item(), all[1].item(), all[2].item()};
          });
      double allowed = RELATIVE_ERROR * (results[2] + 0.1);
      assertThat(results[0])
          .as(it.toString())
          .isCloseTo(results[1], Offset.offset((float) allowed));
    }
  }

  private static List<Tensor> moved(List<Tensor> x, List<Tensor> directions, int steps) {
    List<Tensor> moved = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      moved.add(x.get(i).add(directions.get(i).mul(steps * STEP)));
    }
    return moved;
  }

  private static List<Tensor> directions(GradientCase it, long seed) {
    Values random = new Values(seed);
    return it.inputs().stream()
        .map(input -> Tensor.of(random.uniform(input.values().length), input.shape()))
        .toList();
  }

  private static Tensor along(List<Tensor> gradients, List<Tensor> directions) {
    Tensor sum = Tensor.scalar(0);
    for (int i = 0; i < gradients.size(); i++) {
      sum = sum.add(gradients.get(i).mul(directions.get(i)).sum());
    }
    return sum;
  }

  // ---- conventions

  private static float[] gradient(Function<Tensor, Tensor> function, float... x) {
    return Exact.compute(() -> {
      Tensor input = Tensor.of(x);
      return Gradients.of(function.apply(input).sum(), input).getFirst().toArray();
    });
  }

  @Test
  void slopesAtKinksAreThoseOfPyTorch() {
    assertThat(gradient(Tensor::relu, -1, 0, 1)).containsExactly(0, 0, 1);
    assertThat(gradient(Tensor::abs, -1, 0, 1)).containsExactly(-1, 0, 1);
    assertThat(gradient(x -> x.clamp(-1, 1), -2, -1, 0, 1, 2)).containsExactly(0, 1, 1, 1, 0);
  }

  @Test
  void equalExtremesShareTheGradient() {
    assertThat(gradient(Tensor::max, 3, 1, 3, 2)).containsExactly(0.5f, 0, 0.5f, 0);
    assertThat(gradient(Tensor::min, 1, 1, 1, 1)).containsExactly(0.25f, 0.25f, 0.25f, 0.25f);
    assertThat(gradient(x -> x.maximum(2), 1, 2, 3)).containsExactly(0, 0.5f, 1);
    assertThat(gradient(x -> x.minimum(2), 1, 2, 3)).containsExactly(1, 0.5f, 0);
  }

  @Test
  void gradientsPassWhereTheirSideWasTaken() {
    assertThat(gradient(x -> Tensor.where(x.gt(0), x.log(), x), -1, 2)).containsExactly(1, 0.5f);
  }

  @Test
  void stepsAndComparisonsHaveNoSlope() {
    assertThat(gradient(Tensor::sign, -1, 0, 2)).containsExactly(0, 0, 0);
    assertThat(gradient(Tensor::floor, -1, 0, 2)).containsExactly(0, 0, 0);
    assertThat(gradient(x -> x.ge(1), -1, 1, 2)).containsExactly(0, 0, 0);
  }

  @Test
  void powersOfZeroHaveFiniteSlopesWhereTheyExist() {
    assertThat(gradient(x -> x.pow(3), 0, 2)).containsExactly(0, 12);
    assertThat(gradient(x -> x.pow(0), 0, 2)).containsExactly(0, 0);
    assertThat(gradient(x -> x.pow(1), 0, 2)).containsExactly(1, 1);
    assertThat(gradient(x -> Tensor.scalar(0).pow(x), 1, 2)).containsExactly(0, 0);
  }

  @Test
  void detachedUsesDoNotCount() {
    assertThat(gradient(x -> x.mul(x.detach()), 3, -2)).containsExactly(3, -2);
  }

  @Test
  void gradientOfSharedInputIsSummed() {
    assertThat(gradient(x -> x.mul(x).add(x), 3, -2)).containsExactly(7, -3);
  }

  @Test
  void aTensorThatHasNoInfluenceHasGradientZero() {
    assertThat(gradient(x -> Tensor.of(new float[] {1, 2}).mul(3), 5, 6)).containsExactly(0, 0);
  }
}
