package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Gradients;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Graphs of 100,000 nodes: recursion would overflow, anything quadratic would take minutes. */
@Timeout(60)
class GraphSizeTest {

  private static final int NODES = 100_000;

  @Test
  void aDeepGraphIsComputedAndDifferentiated() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Parameter start = new Parameter(Tensor.of(new float[] {1, 2, 3}));
          Tensor x = start;
          for (int i = 0; i < NODES; i++) {
            x = i % 2 == 0 ? x.add(1) : x.neg();
          }
          Tensor gradient = Gradients.of(x.sum(), start).getFirst();
          assertThat(x.toArray()).containsExactly(1, 2, 3);
          assertThat(gradient.toArray()).containsExactly(1, 1, 1);
        });
  }

  @Test
  void aWideGraphIsComputedAndDifferentiated() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Parameter start = new Parameter(Tensor.of(new float[] {2}));
          Tensor[] parts = new Tensor[NODES / 4];
          for (int i = 0; i < parts.length; i++) {
            parts[i] = start.mul(start).reshape(1);
          }
          Tensor sum = Tensor.concat(0, parts).sum();
          Tensor gradient = Gradients.of(sum, start).getFirst();
          assertThat(sum.item()).isEqualTo(4f * parts.length);
          assertThat(gradient.item()).isEqualTo(4f * parts.length);
        });
  }

  @Test
  void theGradientOfASequenceTakenApartIsLinearInItsLength() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          int steps =
              10_000; // padded to the whole and added up this would touch 100 million values
          Parameter sequence = new Parameter(Tensor.arange(steps));
          Tensor state = Tensor.zeros(1);
          for (int t = 0; t < steps; t++) {
            state = state.add(sequence.slice(0, t, t + 1).mul(t % 5));
          }
          Tensor gradient = Gradients.of(state.sum(), sequence).getFirst();
          assertThat(gradient.explain().lines().count()).isLessThan(3L * steps);
          assertThat(gradient.slice(0, 7, 12).toArray()).containsExactly(2, 3, 4, 0, 1);
        });
  }

  @Test
  void manyResultsAreComputedInOneRun() {
    Backends.with(
        Backends.get("reference"),
        () -> {
          Tensor start = Tensor.of(new float[] {1});
          Tensor[] results = new Tensor[20_000];
          for (int i = 0; i < results.length; i++) {
            results[i] = start.add(i);
          }
          long before = Engine.of(Backends.current()).runs();
          Tensor.evaluateAll(results);
          assertThat(Engine.of(Backends.current()).runs()).isEqualTo(before + 1);
          assertThat(results[777].item()).isEqualTo(778);
        });
  }
}
