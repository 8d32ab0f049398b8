package dev.tandem.testing;

import dev.tandem.Gradients;
import dev.tandem.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values and gradients of tensors on a backend are those of the reference backend in double
 * precision, whose rules {@code GradientRulesTest} checks with finite differences.
 */
public interface GradientContract extends Subject {

  /**
   * The cases are small, their data about 1 and their conditioning harmless: results differ by few
   * rounding errors of the greatest element.
   */
  double ERROR = 256 * Exact.EPSILON;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.GradientCases#all")
  default void valuesAndGradientsAreThoseOfTheReference(GradientCase it) {
    List<float[]> actual = here(() -> valuesAndGradients(it));
    List<float[]> expected = Exact.compute(() -> valuesAndGradients(it));
    for (int i = 0; i < expected.size(); i++) {
      float[] want = expected.get(i);
      float[] allowed = new float[want.length];
      double greatest = 1;
      for (float value : want) {
        greatest = Math.max(greatest, Math.abs(value));
      }
      Arrays.fill(allowed, (float) (greatest * ERROR));
      String what = i == 0 ? "value" : "gradient of input " + (i - 1);
      Exact.check(what, actual.get(i), want, allowed);
    }
  }

  private static List<float[]> valuesAndGradients(GradientCase it) {
    List<Tensor> inputs = it.tensors();
    Tensor value = it.function().apply(inputs);
    List<Tensor> wanted = new ArrayList<>(List.of(value));
    wanted.addAll(Gradients.of(it.weightedSum(value), inputs.toArray(Tensor[]::new)));
    Tensor.evaluateAll(wanted.toArray(Tensor[]::new));
    return wanted.stream().map(Tensor::toArray).toList();
  }
}
