package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.KernelContract;
import dev.tandem.testing.ScheduleContract;
import dev.tandem.testing.WholeCases;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The GPU engine computes every kernel of the table, alone and in schedules. Apart from {@link
 * GpuBackendTest} because each takes minutes where the driver has to compile everything first.
 */
final class GpuKernelTest extends OnGpu implements KernelContract, ScheduleContract {

  /** A device has threads of its own, so that the option changes nothing: one case is enough. */
  @Override
  @Test
  public void theNumberOfThreadsDoesNotChangeABit() {
    KernelCase step = WholeCases.trainingStep(32, 10, 33, 3);
    try (Backend one = open(BackendOptions.DEFAULT.withThreads(1));
        Backend two = open(BackendOptions.DEFAULT.withThreads(2))) {
      assertThat(List.of(step.run(two))).containsExactly(step.run(one));
    }
  }
}
