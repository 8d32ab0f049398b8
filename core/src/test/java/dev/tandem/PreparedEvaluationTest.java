package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.graph.Engine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreparedEvaluationTest {

  private Backend before;

  @BeforeEach
  void useReference() {
    before = Backends.current();
    Backends.setDefault(Backends.get("reference"));
  }

  @AfterEach
  void restore() {
    Backends.setDefault(before);
  }

  @Test
  void itTrainsAsTheStepsThatItRepeats() {
    Parameter x = new Parameter(Tensor.zeros(4, 3)).requiresGrad(false);
    Parameter w = new Parameter(Tensor.of(new float[] {1, -1, 0.5f}, 3, 1));
    Parameter twin = new Parameter(Tensor.of(new float[] {1, -1, 0.5f}, 3, 1));
    Tensor loss = x.matmul(w).square().mean();
    Tensor gradient = Gradients.of(loss, w).getFirst();
    try (PreparedEvaluation step =
        Evaluation.of(loss).assign(w, w.sub(gradient.mul(0.1))).prepare()) {
      long lowerings = Engine.of(Backends.current()).lowerings();
      for (int i = 1; i <= 5; i++) {
        float[] batch = new float[12];
        for (int j = 0; j < 12; j++) {
          batch[j] = (j * i) % 5 - 2;
        }
        x.set(batch);
        step.run();
        Tensor expected = Tensor.of(batch, 4, 3).matmul(twin).square().mean();
        expected.backward();
        new Evaluation()
            .assign(twin, twin.sub(Objects.requireNonNull(Evaluation.gradient(twin)).mul(0.1)))
            .run();
        twin.zeroGrad();
        assertThat(step.item(0)).isEqualTo(expected.item());
        assertThat(w.toArray()).isEqualTo(twin.toArray());
      }
      assertThat(Engine.of(Backends.current()).lowerings()).isEqualTo(lowerings + 1);
    }
  }

  @Test
  void aRunMakesOlderDescriptionsUnusable() {
    Parameter w = new Parameter(Tensor.ones(2)).named("w");
    try (PreparedEvaluation step = new Evaluation().assign(w, w.add(1)).prepare()) {
      step.run();
      Tensor late = w.mul(2);
      step.run();
      assertThatThrownBy(late::toArray)
          .isInstanceOf(StaleTensorException.class)
          .hasMessageContaining("was changed by a prepared evaluation");
      assertThat(w.toArray()).containsExactly(3, 3);
      assertThat(step.explain()).contains("out0 updates in0 in place");
    }
  }

  @Test
  void numbersAreAskedForAtEveryRun() {
    Parameter w = new Parameter(Tensor.zeros(2));
    double[] rate = {1};
    Evaluation evaluation = new Evaluation();
    evaluation.assign(w, w.add(evaluation.number(() -> rate[0], w)));
    try (PreparedEvaluation step = evaluation.prepare()) {
      step.run();
      rate[0] = 10;
      step.run();
      assertThat(w.toArray()).containsExactly(11, 11);
    }
  }

  @Test
  void aNumberOfOneSupplierIsSharedAndOneOfAnotherIsNot() {
    Parameter w = new Parameter(Tensor.zeros(2));
    Evaluation evaluation = new Evaluation();
    DoubleSupplier one = () -> 1;
    Tensor number = evaluation.number(one, w);
    assertThat(evaluation.number(one, w)).isSameAs(number);
    assertThat(evaluation.number(() -> 2, w)).isNotSameAs(number);
    assertThat(evaluation.number(one, w)).isNotSameAs(number); // only the last is looked at
  }

  @Test
  void resultsOfAnySizeCanBeRead() {
    Parameter x = new Parameter(Tensor.arange(3));
    try (PreparedEvaluation run = Evaluation.of(x.mul(2), x.sum()).prepare()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> run.item(1))
          .withMessage("result 1 was read before the first run");
      run.run();
      MemorySegment target = MemorySegment.ofArray(new float[3]);
      run.copyTo(0, target);
      assertThat(target.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(0, 2, 4);
      assertThat(run.toArray(0)).containsExactly(0, 2, 4);
      assertThat(run.item(1)).isEqualTo(3);
      assertThatIllegalStateException()
          .isThrownBy(() -> run.item(0))
          .withMessage("item: result 0 has shape [3], not one element; use toArray");
    }
    assertThatIllegalStateException().isThrownBy(() -> new Evaluation().prepare());
  }
}
