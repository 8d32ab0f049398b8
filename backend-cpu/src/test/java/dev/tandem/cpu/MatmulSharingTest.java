package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.MatmulCases;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products for which it is tried from time to time whether two threads are quicker than one. */
class MatmulSharingTest {

  /** Two trials, and some runs after each. */
  private static final int RUNS =
      4 * SharingTrial.FIRST_RUNS + 2 * (SharingTrial.RUNS_ALONE + SharingTrial.RUNS_SHARED);

  static Stream<KernelCase> products() {
    return MatmulCases.layouts().filter(it -> it.name().endsWith("[64, 65]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("products")
  void haveTheSameBitsInEveryRun(KernelCase product) {
    try (Backend one = new CpuBackendProvider().open(BackendOptions.DEFAULT.withThreads(1));
        Backend two = new CpuBackendProvider().open(BackendOptions.DEFAULT.withThreads(2));
        Executable executable = two.compile(product.schedule());
        KernelCase.Bound bound = product.bind(two)) {
      float[][] expected = product.run(one);
      for (int run = 0; run < RUNS; run++) {
        executable.run(bound.inputs(), bound.outputs(), product.scalars());
        assertThat(bound.results()).isDeepEqualTo(expected);
      }
    }
  }
}
