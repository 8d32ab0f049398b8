package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Slices that leave gaps, overlap, and cut along several axes. */
class SliceGradientsTest {

  private static float[] gradient(Parameter parameter, Tensor result) {
    return Gradients.of(result, parameter).getFirst().toArray();
  }

  @Test
  void gapsAreZeroAndOverlapsAddUp() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Parameter x = new Parameter(Tensor.arange(6));
          Tensor result =
              x.slice(0, 1, 3)
                  .sum()
                  .add(x.slice(0, 2, 4).sum().mul(10))
                  .add(x.slice(0, 5, 6).sum());
          assertThat(gradient(x, result)).containsExactly(0, 1, 11, 10, 0, 1);
        });
  }

  @Test
  void axesAndStepsMayDiffer() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Parameter x = new Parameter(Tensor.zeros(2, 3));
          Tensor result =
              x.slice(0, 0, 1)
                  .sum()
                  .add(x.slice(1, 2, 3).sum().mul(10))
                  .add(x.slice(1, 0, 3, 2).sum().mul(100))
                  .add(x.slice(0, 1, 2).slice(1, 1, 2).sum().mul(1000))
                  .add(x.slice(0, 0, 2).sum().mul(10_000));
          assertThat(gradient(x, result))
              .containsExactly(10_101, 10_001, 10_111, 10_100, 11_000, 10_110);
        });
  }

  @Test
  void theSlicedTensorMayBeUsedAsAWholeToo() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Parameter x = new Parameter(Tensor.of(new float[] {1, 2, 3}));
          Tensor doubled = x.mul(2);
          Tensor result = doubled.slice(0, 0, 1).sum().add(doubled.square().sum());
          assertThat(gradient(x, result)).containsExactly(10, 16, 24);
        });
  }
}
