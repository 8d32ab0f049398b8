package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.PatternCases;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A generated kernel is used as long as it is good. Others are put in its place here; what they
 * compute does not matter. What they take does not depend on the machine: the gauge is the test's.
 */
class GeneratedChoiceTest {

  private static final KernelCase CASE = PatternCases.momentum(207);

  /** What every run takes, of either form. */
  private static final long USUAL_NANOS = 50_000;

  private static final long SLOW_NANOS = 10 * USUAL_NANOS;

  private static final long GARBAGE_BYTES = 16;

  /** More runs than all contests take, with the pauses between them. */
  private static final int MANY = 10_000;

  private static final int SOME = 100;

  private final AtomicInteger calls = new AtomicInteger();
  private Runnable behaviour = () -> {};
  private long nanos;
  private long bytes;

  private CpuBackend backend;
  private Executable executable;
  private KernelCase.Bound bound;

  @BeforeEach
  void open() {
    GeneratedKernel kernel =
        (operands, n) -> {
          calls.getAndIncrement();
          behaviour.run();
        };
    backend =
        new CpuBackend(
            BackendOptions.DEFAULT.withThreads(1),
            new GeneratedKernels(code -> kernel, 0, new TestGauge()));
    executable = backend.compile(CASE.schedule());
    bound = CASE.bind(backend);
  }

  @AfterEach
  void close() {
    bound.close();
    executable.close();
    backend.close();
  }

  /** A clock that every reading puts forward, and the garbage that the test speaks of. */
  private final class TestGauge implements GeneratedMeter.Gauge {

    @Override
    public long nanos() {
      return nanos += USUAL_NANOS;
    }

    @Override
    public long bytes() {
      return bytes;
    }
  }

  private void run(int runs) {
    for (int run = 0; run < runs; run++) {
      executable.run(bound.inputs(), bound.outputs(), CASE.scalars());
    }
  }

  /** Runs until the kernel takes part, and then so often that all is decided. */
  private void runUntilDecided() {
    while (calls.get() == 0) {
      run(1);
    }
    run(MANY);
  }

  private int callsInSomeRuns() {
    int before = calls.get();
    run(SOME);
    return calls.get() - before;
  }

  private void makeGarbage() {
    bytes += GARBAGE_BYTES;
  }

  private void takeLong() {
    nanos += SLOW_NANOS;
  }

  @Test
  void aGoodKernelIsUsedInEveryRun() {
    runUntilDecided();
    assertThat(callsInSomeRuns()).isEqualTo(SOME);
  }

  @Test
  void aKernelThatMakesGarbageIsDropped() {
    behaviour = this::makeGarbage;
    runUntilDecided();
    assertThat(callsInSomeRuns()).isZero();
  }

  @Test
  void aKernelSlowerThanTheStripsIsDropped() {
    behaviour = this::takeLong;
    runUntilDecided();
    assertThat(callsInSomeRuns()).isZero();
  }

  @Test
  void aKernelThatStartsToMakeGarbageIsDropped() {
    runUntilDecided();
    behaviour = this::makeGarbage;
    run(MANY);
    assertThat(callsInSomeRuns()).isZero();
  }

  @Test
  void aKernelThatBecomesSlowIsDropped() {
    runUntilDecided();
    behaviour = this::takeLong;
    run(MANY);
    assertThat(callsInSomeRuns()).isZero();
  }
}
