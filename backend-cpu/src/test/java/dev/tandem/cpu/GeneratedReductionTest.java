package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Kernel;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.ReductionCases;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reduction folds has the same bits in both forms, and is folded in the same order. */
class GeneratedReductionTest {

  private static final int MANY = 60_000;
  private static final int PAUSE_MILLIS = 1;

  /** Those of expressions with something to generate. */
  static Stream<KernelCase> reductions() {
    return ReductionCases.computed().filter(GeneratedReductionTest::isExact);
  }

  private static boolean isExact(KernelCase of) {
    return of.schedule().kernels().getFirst() instanceof Kernel.Reduction reduction
        && reduction.body().expression().instructions().size() > 1
        && reduction.body().expression().instructions().stream()
            .noneMatch(it -> GeneratedOperators.weight(it) == GeneratedOperators.UNFIT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reductions")
  void bothFormsFoldToTheSameBits(KernelCase reduction) throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    GeneratedKernels kernels =
        new GeneratedKernels(
            code -> {
              GeneratedKernel kernel = GeneratedCode.compile(code);
              return (operands, n) -> {
                calls.getAndIncrement();
                kernel.run(operands, n);
              };
            },
            0);
    try (CpuBackend backend = new CpuBackend(BackendOptions.DEFAULT.withThreads(1), kernels);
        Executable executable = backend.compile(reduction.schedule());
        KernelCase.Bound bound = reduction.bind(backend)) {
      executable.run(bound.inputs(), bound.outputs(), reduction.scalars());
      float[][] strips = bound.results();
      assertThat(calls).as("the first run is one of strips").hasValue(0);
      for (int run = 0; run < MANY && calls.get() < 2; run++) {
        Thread.sleep(PAUSE_MILLIS); // kernels are made in the background
        executable.run(bound.inputs(), bound.outputs(), reduction.scalars());
        assertThat(Arrays.deepEquals(bound.results(), strips)).isTrue();
      }
      assertThat(calls.get()).as("runs of generated kernels").isPositive();
    }
  }
}
