package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.optim.PreparedStep;
import dev.tandem.optim.Sgd;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A prepared step, once the JIT has compiled it, leaves nothing to the garbage collector. */
class PreparedStepTest {

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int STEPS = 1000;
  private static final int TRIES = 4000;

  /** A step of Linear(1, 1) with its own data: x and y = 2 x - 1 for another x each time. */
  private static final class Line implements AutoCloseable {

    private final Parameter input = frozen();
    private final Parameter target = frozen();
    private final Linear model = new Linear(1, 1, Generator.seeded(1));
    private final PreparedStep step =
        new Sgd(model.parameters(), 0.05).prepare(Mse.of(model.forward(input), target));
    private final float[] x = new float[1];
    private final float[] y = new float[1];

    private static Parameter frozen() {
      return new Parameter(Tensor.zeros(1, 1)).requiresGrad(false);
    }

    float steps(int count) {
      float sum = 0;
      for (int i = 0; i < count; i++) {
        x[0] = i % 5 - 2;
        y[0] = 2 * x[0] - 1;
        input.set(x);
        target.set(y);
        step.run();
        sum += step.loss();
      }
      return sum;
    }

    @Override
    public void close() {
      step.close();
    }
  }

  @Test
  void stepsWithNewDataMakeNoGarbage() {
    try (Backend backend = new CpuBackendProvider().open(BackendOptions.DEFAULT)) {
      Backends.with(
          backend,
          () -> {
            try (Line line = new Line()) {
              long allocated = Long.MAX_VALUE;
              for (int tries = 0; tries < TRIES && allocated > 0; tries++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                line.steps(STEPS);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
              }
              assertThat(allocated).as("bytes in %d steps", STEPS).isZero();
              assertThat(line.steps(STEPS)).as("sum of losses").isLessThan(1e-6f);
              assertThat(line.model.weight().item()).isCloseTo(2, within(1e-3f));
            }
          });
    }
  }
}
