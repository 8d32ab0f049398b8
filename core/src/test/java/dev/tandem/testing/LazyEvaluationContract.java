package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lowering must not change results: a graph computed in one run, fused and with its memory shared,
 * gives what every operation computed by itself gives.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LazyEvaluationContract {

  /** The backend under test. */
  protected abstract Backend backend();

  /** How many random graphs are computed; fewer where compiling them costs seconds. */
  protected int graphs() {
    return 200;
  }

  LongStream seeds() {
    return LongStream.range(0, graphs());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aGraphComputedAtOnceEqualsItsOperationsOneByOne(long seed) {
    List<Tensor> eager = Backends.with(backend(), () -> RandomGraphs.nodes(seed, 30, true));
    List<Tensor> lazy = Backends.with(backend(), () -> RandomGraphs.nodes(seed, 30, false));
    Tensor[] wanted = {lazy.get(29), lazy.get(20), lazy.get(11), lazy.get(29)};
    Tensor.evaluateAll(wanted);
    assertClose(lazy.get(29), eager.get(29));
    assertClose(lazy.get(20), eager.get(20));
    assertClose(lazy.get(11), eager.get(11));
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    float[] a = actual.toArray();
    float[] e = expected.toArray();
    for (int i = 0; i < e.length; i++) {
      // values stay below 500 and sums are short, so that rounding is far below this
      assertThat(a[i]).as("element %d", i).isCloseTo(e[i], within(e[i]));
    }
  }

  private static Offset<Float> within(float expected) {
    return Offset.offset(2e-4f * Math.max(1, Math.abs(expected)));
  }
}
