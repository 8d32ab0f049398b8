package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.PatternCases;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A generated kernel is used as long as it is good. Others are put in its place here; what they
 * compute does not matter.
 */
class GeneratedChoiceTest {

  private static final KernelCase CASE = PatternCases.momentum(207);

  /** Longer than the strips take, even where the JIT has not compiled them. */
  private static final long SLOW_NANOS = 20_000_000;

  /** More than the strips make before the JIT has compiled them. */
  private static final int MUCH_GARBAGE = 1 << 18;

  /** More runs than all contests take, with the pauses between them. */
  private static final int MANY = 10_000;

  private static final int SOME = 100;

  private final AtomicInteger calls = new AtomicInteger();
  private volatile Runnable behaviour = () -> {};
  private volatile Object garbage = this;

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
            BackendOptions.DEFAULT.withThreads(1), new GeneratedKernels(code -> kernel, 0));
    executable = backend.compile(CASE.schedule());
    bound = CASE.bind(backend);
  }

  @AfterEach
  void close() {
    bound.close();
    executable.close();
    backend.close();
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
    garbage = new byte[MUCH_GARBAGE];
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
    behaviour = () -> LockSupport.parkNanos(SLOW_NANOS);
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
}
