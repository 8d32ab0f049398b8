package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Tensor;
import dev.tandem.backend.BackendOptions;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Tanh;
import dev.tandem.optim.Adam;
import dev.tandem.schedule.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A training run does not show when its kernels are exchanged. */
class GeneratedTrainingTest {

  private static final int STEPS = 1500;

  private final AtomicInteger calls = new AtomicInteger();

  private @Nullable GeneratedKernel counted(Expression code) {
    GeneratedKernel kernel = GeneratedCode.compile(code);
    return (operands, n) -> {
      calls.getAndIncrement();
      kernel.run(operands, n);
    };
  }

  /** All losses, and the parameters in the end. */
  private static List<float[]> train(
      Function<Expression, @Nullable GeneratedKernel> source, double worthwhileNanos, int threads) {
    GeneratedKernels kernels = new GeneratedKernels(source, worthwhileNanos);
    try (CpuBackend backend =
        new CpuBackend(BackendOptions.DEFAULT.withThreads(threads), kernels)) {
      return Backends.with(
          backend,
          () -> {
            Generator generator = Generator.seeded(7);
            Tensor inputs = Tensor.randn(generator, 64, 13).evaluate();
            Tensor targets = Tensor.randn(generator, 64, 3).evaluate();
            Sequential model =
                new Sequential(
                    new Linear(13, 17, generator), new Tanh(), new Linear(17, 3, generator));
            Adam adam = new Adam(model.parameters(), 0.01).withWeightDecay(0.001);
            List<float[]> numbers = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
              adam.zeroGrad();
              Tensor loss = Mse.of(model.forward(inputs), targets);
              loss.backward();
              adam.step();
              numbers.add(new float[] {loss.item()});
            }
            model.parameters().values().forEach(it -> numbers.add(it.toArray()));
            return numbers;
          });
    }
  }

  @Test
  void exchangingKernelsInTheMiddleChangesNoBit() {
    List<float[]> strips = train(code -> null, Double.POSITIVE_INFINITY, 1);
    for (int threads = 1; threads <= 2; threads++) {
      calls.set(0);
      List<float[]> exchanged = train(this::counted, 20_000, threads);
      assertThat(calls.get()).as("runs of generated kernels").isGreaterThan(100);
      assertThat(Arrays.deepEquals(exchanged.toArray(), strips.toArray())).isTrue();
    }
  }
}
