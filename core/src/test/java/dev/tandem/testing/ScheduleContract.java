package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels in order, executables run again, from several threads, with other scalars. */
public interface ScheduleContract extends Subject {

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.WholeCases#all")
  default void kernelsHandDataOn(KernelCase whole) {
    whole.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.WholeCases#all")
  default void anExecutableCanBeRunAgain(KernelCase whole) {
    try (Executable executable = backend().compile(whole.schedule());
        KernelCase.Bound bound = whole.bind(backend())) {
      for (int run = 0; run < 3; run++) {
        bound.reset(whole);
        executable.run(bound.inputs(), bound.outputs(), whole.scalars());
        whole.check(bound.results());
      }
    }
  }

  @Test
  default void anExecutableRunsOnOtherBuffers() {
    KernelCase first = WholeCases.trainingStep(32, 10, 33, 3);
    KernelCase second = first.withInputs(new float[6][]);
    Values values = new Values(99);
    for (int i = 0; i < 6; i++) {
      second.inputs()[i] = values.units(first.inputs()[i].length);
    }
    try (Executable executable = backend().compile(first.schedule())) {
      for (KernelCase data : List.of(first, second, first)) {
        try (KernelCase.Bound bound = data.bind(backend())) {
          executable.run(bound.inputs(), bound.outputs(), data.scalars());
          data.check(bound.results());
        }
      }
    }
  }

  @Test
  default void scalarsChangeWithoutCompilingAgain() {
    KernelCase step = PatternCases.momentum(207);
    try (Executable executable = backend().compile(step.schedule());
        KernelCase.Bound bound = step.bind(backend())) {
      for (int run = 1; run <= 5; run++) {
        float[] scalars = new float[step.scalars().length];
        for (int s = 0; s < scalars.length; s++) {
          scalars[s] = 0.3f / run + s;
        }
        bound.reset(step);
        executable.run(bound.inputs(), bound.outputs(), scalars);
        step.withScalars(scalars).check(bound.results());
      }
    }
  }

  @Test
  default void updatesAddUpOverManyRuns() {
    KernelCase step = WholeCases.trainingStep(4, 7, 5, 3).withScalars(0);
    try (Executable executable = backend().compile(step.schedule());
        KernelCase.Bound bound = step.bind(backend())) {
      for (int run = 0; run < 50; run++) {
        executable.run(bound.inputs(), bound.outputs(), step.scalars());
      }
      step.check(bound.results()); // a rate of 0 changes nothing
      float loss = bound.results()[0][0];
      for (int run = 0; run < 50; run++) {
        executable.run(bound.inputs(), bound.outputs(), new float[] {0x1p-6f});
      }
      assertThat(bound.results()[0][0]).isLessThan(loss);
    }
  }

  /** Large cases without exact results: another order of summation or another tail would show. */
  private static List<KernelCase> inexact() {
    return Stream.of(
            ReductionCases.plain()
                .filter(it -> it.name().startsWith("sum") || it.name().startsWith("mean")),
            MatmulCases.layouts(),
            ElementwiseCases.unary(),
            ElementwiseCases.fusedNearly(),
            MatmulCases.batches())
        .flatMap(cases -> cases)
        .filter(it -> it.schedule().inputs().length > 0 && it.inputs()[0].length > 1000)
        .toList();
  }

  private static void assertSameBits(KernelCase kernel, float[][] actual, float[][] expected) {
    assertThat(Arrays.deepEquals(actual, expected)).as(kernel.name()).isTrue();
  }

  @Test
  default void theSameRunGivesTheSameBits() {
    for (KernelCase kernel : inexact()) {
      try (Executable executable = backend().compile(kernel.schedule());
          KernelCase.Bound bound = kernel.bind(backend())) {
        executable.run(bound.inputs(), bound.outputs(), kernel.scalars());
        float[][] first = bound.results();
        executable.run(bound.inputs(), bound.outputs(), kernel.scalars());
        assertSameBits(kernel, bound.results(), first);
        assertSameBits(kernel, kernel.run(backend()), first);
      }
    }
  }

  @Test
  default void theNumberOfThreadsDoesNotChangeABit() {
    try (Backend one = open(BackendOptions.DEFAULT.withThreads(1));
        Backend two = open(BackendOptions.DEFAULT.withThreads(2))) {
      for (KernelCase kernel : inexact()) {
        assertSameBits(kernel, kernel.run(two), kernel.run(one));
      }
    }
  }

  @Test
  default void threadsUseOneBackendAtTheSameTime() throws InterruptedException, ExecutionException {
    List<KernelCase> cases =
        List.of(
            WholeCases.trainingStep(32, 10, 33, 3),
            WholeCases.trainingStep(128, 17, 31, 2),
            PatternCases.descent(100_003),
            WholeCases.relay(50_001));
    List<Callable<Void>> tasks = new ArrayList<>();
    for (KernelCase kernel : cases) {
      float[][] alone = kernel.run(backend());
      tasks.add(() -> {
        for (int i = 0; i < 20; i++) {
          assertSameBits(kernel, kernel.run(backend()), alone);
        }
        return null;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(cases.size())) {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }
}
