package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.testing.ElementwiseCases;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.MatmulCases;
import dev.tandem.testing.PatternCases;
import dev.tandem.testing.ReductionCases;
import dev.tandem.testing.WholeCases;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No kernel makes garbage once the JIT has compiled it. A loop that does has fallen off the JIT's
 * cliff, where every vector is an object, and is a hundred times slower than it should be.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AllocationTest {

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int RUNS = 100;
  private static final int EAGER_TRIES = 100;

  /** The compiler has one thread and may have much to do: it gets half a minute. */
  private static final int PATIENT_TRIES = 6_000;

  /** But two minutes in all: what it has got wrong for good may be in a hundred cases. */
  private int patientTries = 4 * PATIENT_TRIES;

  private static final int PAUSE_MILLIS = 5;

  private static final int FOREIGN_SLICES = 50_000;

  private Backend alone;
  private Backend together;

  /** Slices arrays first, as any program may: after that nobody can rely on slices' profile. */
  @BeforeAll
  void open() {
    MemorySegment[] arrays = {
      MemorySegment.ofArray(new float[2]),
      MemorySegment.ofArray(new byte[2]),
      MemorySegment.ofArray(new int[2])
    };
    long bytes = 0;
    for (int i = 0; i < FOREIGN_SLICES; i++) {
      bytes += arrays[i % arrays.length].asSlice(1).byteSize();
    }
    assertThat(bytes).isPositive();
    alone = new CpuBackendProvider().open(BackendOptions.DEFAULT.withThreads(1));
    together = new CpuBackendProvider().open(BackendOptions.DEFAULT.withThreads(2));
  }

  @AfterAll
  void close() {
    alone.close();
    together.close();
  }

  static Stream<KernelCase> operators() {
    return Stream.of(ElementwiseCases.unary(), ElementwiseCases.binary(), ElementwiseCases.where())
        .flatMap(cases -> cases)
        .filter(it -> it.name().endsWith(" of 4099"));
  }

  static Stream<KernelCase> kernels() {
    return Stream.of(
            PatternCases.named(),
            PatternCases.inPlace(),
            ReductionCases.plain(),
            ReductionCases.computed(),
            MatmulCases.layouts(),
            MatmulCases.epilogues(),
            MatmulCases.batches())
        .flatMap(cases -> cases);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void operatorsMakeNoGarbage(KernelCase kernel) throws InterruptedException {
    assertNoGarbage(kernel, alone);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kernels")
  void kernelsMakeNoGarbage(KernelCase kernel) throws InterruptedException {
    assertNoGarbage(kernel, alone);
  }

  static Stream<KernelCase> schedules() {
    return WholeCases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schedules")
  void schedulesMakeNoGarbageOnSeveralThreads(KernelCase whole) throws InterruptedException {
    assertNoGarbage(whole, together);
  }

  private void assertNoGarbage(KernelCase kernel, Backend backend) throws InterruptedException {
    try (Executable executable = backend.compile(kernel.schedule());
        KernelCase.Bound bound = kernel.bind(backend)) {
      long allocated = Long.MAX_VALUE;
      int most = EAGER_TRIES + Math.min(PATIENT_TRIES, patientTries);
      for (int tries = 0; allocated > 0 && tries < most; tries++) {
        if (tries > EAGER_TRIES) {
          patientTries--;
          Thread.sleep(PAUSE_MILLIS);
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < RUNS; run++) {
          executable.run(bound.inputs(), bound.outputs(), kernel.scalars());
        }
        allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(allocated / RUNS).as("bytes per run").isZero();
    }
  }
}
