package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.BackendContract;
import dev.tandem.testing.BufferContract;
import dev.tandem.testing.GoldenContract;
import dev.tandem.testing.GoldenFunctionsContract;
import dev.tandem.testing.GradientCase;
import dev.tandem.testing.GradientContract;
import dev.tandem.testing.LifetimeContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The GPU engine keeps the contract of a backend, of which {@link GpuKernelTest} has the kernels
 * and schedules.
 */
final class GpuBackendTest extends OnGpu
    implements BufferContract,
        LifetimeContract,
        GoldenFunctionsContract,
        GoldenContract,
        GradientContract {

  @Test
  void everyPartOfTheContractIsTested() {
    assertThat(BackendContract.class.getInterfaces())
        .allMatch(part -> part.isInstance(this) || part.isAssignableFrom(GpuKernelTest.class));
  }

  /** Every operation, with fewer shapes: nearly each is a kernel that the driver has to compile. */
  @Override
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.GradientCases#few")
  public void valuesAndGradientsAreThoseOfTheReference(GradientCase it) {
    GradientContract.super.valuesAndGradientsAreThoseOfTheReference(it);
  }
}
