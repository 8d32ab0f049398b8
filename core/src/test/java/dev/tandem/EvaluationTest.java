package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.graph.Engine;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When things are computed, and what a change of a parameter does to descriptions. */
class EvaluationTest {

  private Backend before;
  private Engine engine;

  @BeforeEach
  void useReference() {
    before = Backends.current();
    Backends.setDefault(Backends.get("reference"));
    engine = Engine.of(Backends.current());
  }

  @AfterEach
  void restore() {
    Backends.setDefault(before);
  }

  private static Parameter parameter(String name, float... values) {
    return new Parameter(Tensor.of(values)).named(name);
  }

  private static Tensor gradOf(Parameter parameter) {
    return Objects.requireNonNull(parameter.grad());
  }

  @Test
  void nothingRunsBeforeNumbersAreAskedFor() {
    long runs = engine.runs();
    Tensor sum = Tensor.of(new float[] {1, 2}).add(1).sum();
    assertThat(engine.runs()).isEqualTo(runs);
    assertThat(sum.item()).isEqualTo(5);
    assertThat(sum.item()).isEqualTo(5);
    assertThat(engine.runs()).as("a known value is not computed again").isEqualTo(runs + 1);
  }

  @Test
  void aStructureIsLoweredOnceWhateverItsScalars() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5});
    assertThat(x.mul(2).add(1).sum().item()).isEqualTo(35);
    long lowerings = engine.lowerings();
    for (int i = 0; i < 20; i++) {
      assertThat(x.mul(i).add(i).sum().item()).isEqualTo(20f * i);
    }
    assertThat(engine.lowerings()).isEqualTo(lowerings);
  }

  @Test
  void severalTensorsAreComputedInOneRun() {
    Tensor x = Tensor.of(new float[] {1, 2});
    Tensor a = x.add(1);
    Tensor b = a.mul(2);
    long runs = engine.runs();
    Tensor.evaluateAll(a, b, a);
    assertThat(engine.runs()).isEqualTo(runs + 1);
    assertThat(b.toArray()).containsExactly(4, 6);
    assertThat(engine.runs()).isEqualTo(runs + 1);
  }

  @Test
  void assignmentsAllSeeTheOldValues() {
    Parameter a = parameter("a", 1, 2);
    Parameter b = parameter("b", 3, 4);
    new Evaluation().assign(a, b).assign(b, a).run();
    assertThat(a.toArray()).containsExactly(3, 4);
    assertThat(b.toArray()).containsExactly(1, 2);
    new Evaluation().assign(a, a.add(b)).assign(b, a.sub(b)).run();
    assertThat(a.toArray()).containsExactly(4, 6);
    assertThat(b.toArray()).containsExactly(2, 2);
  }

  @Test
  void anUpdateMayReadItsParameterInAnyWay() {
    Parameter m = new Parameter(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    new Evaluation().assign(m, m.transpose()).run();
    assertThat(m.toArray()).containsExactly(1, 3, 2, 4);
    new Evaluation().assign(m, m.matmul(m)).run();
    assertThat(m.toArray()).containsExactly(7, 15, 10, 22);
    new Evaluation().assign(m, m.sub(m.sum(new int[] {0}, true))).run();
    assertThat(m.toArray()).containsExactly(-10, -22, -7, -15);
    new Evaluation().assign(m, Tensor.zeros(2, 2)).run();
    assertThat(m.toArray()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void aResultBesideAnUpdateIsComputedFromTheOldValue() {
    Parameter a = parameter("a", 1, 2, 3);
    Tensor old = a.mul(1);
    Tensor doubled = a.mul(2);
    Tensor next = a.add(10);
    Evaluation.of(old, doubled, next, next.add(1)).assign(a, next).run();
    assertThat(old.toArray()).containsExactly(1, 2, 3);
    assertThat(doubled.toArray()).containsExactly(2, 4, 6);
    assertThat(next.toArray()).containsExactly(11, 12, 13);
    assertThat(a.toArray()).containsExactly(11, 12, 13);
  }

  @Test
  void aDescriptionThatNeededTheOldValueSaysSo() {
    Parameter a = parameter("weight", 1, 2, 3);
    Tensor known = a.mul(2).evaluate();
    Tensor late = a.mul(3);
    new Evaluation().assign(a, a.add(1)).run();
    assertThat(known.toArray()).containsExactly(2, 4, 6);
    assertThatThrownBy(late::toArray)
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("parameter 'weight' [3]")
        .hasMessageContaining("evaluate the tensor before that, or describe it again");
    assertThat(a.mul(3).toArray()).containsExactly(6, 9, 12);
  }

  @Test
  void settingAParameterCountsAsAChange() {
    Parameter a = parameter("a", 1);
    Tensor late = a.add(1);
    a.set(new float[] {5});
    assertThatThrownBy(late::item).isInstanceOf(StaleTensorException.class);
    assertThat(a.item()).isEqualTo(5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.set(new float[2]))
        .withMessage("set: 2 values do not fill parameter 'a' of shape [1]");
  }

  @Test
  void lossesAndGradientsStayReadableAfterAStep() {
    Parameter a = parameter("a", 1, 2, 3);
    Tensor loss = a.square().sum();
    loss.backward();
    Tensor grad = gradOf(a);
    new Evaluation().assign(a, a.sub(grad.mul(0.5))).run();
    long runs = engine.runs();
    assertThat(loss.item()).isEqualTo(14);
    assertThat(grad.toArray()).containsExactly(2, 4, 6);
    assertThat(engine.runs()).isEqualTo(runs);
    assertThat(a.toArray()).containsExactly(0, 0, 0);
    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessageContaining("before the step");
  }

  @Test
  void gradientsAccumulateAcrossStepsUntilTheyAreDropped() {
    float[] start = new float[40];
    Arrays.fill(start, 1);
    Parameter a = new Parameter(Tensor.of(start));
    for (int step = 1; step <= 3; step++) {
      a.mul(2).sum().backward();
      Tensor grad = Objects.requireNonNull(Evaluation.gradient(a));
      new Evaluation().assign(a, a.sub(grad.mul(0))).run();
      assertThat(gradOf(a).toArray()[39]).isEqualTo(2f * step);
    }
    a.zeroGrad();
    assertThat(a.grad()).isNull();
  }

  @Test
  void aGradientSomebodyHoldsIsNotOverwrittenByTheNextStep() {
    Parameter a = new Parameter(Tensor.ones(50));
    Tensor[] held = new Tensor[3];
    for (int step = 0; step < 3; step++) {
      a.zeroGrad();
      a.mul(step + 1).sum().backward();
      held[step] = gradOf(a);
      new Evaluation().assign(a, a.sub(held[step])).run();
    }
    for (int step = 0; step < 3; step++) {
      assertThat(held[step].toArray()[49]).isEqualTo(step + 1);
    }
  }

  @Test
  void readingTheLossBeforeBackwardIsAllowed() {
    Parameter a = parameter("a", 3);
    Tensor loss = a.square().sum();
    assertThat(loss.item()).isEqualTo(9);
    loss.backward();
    assertThat(gradOf(a).item()).isEqualTo(6);
  }

  @Test
  void aClosedTensorCannotBeUsed() {
    Tensor x = Tensor.of(new float[100]);
    Tensor later = x.add(1);
    x.close();
    assertThatThrownBy(later::toArray)
        .isInstanceOf(StaleTensorException.class)
        .hasMessage("a tensor of shape [100] was used after close()");
    assertThatThrownBy(x::toArray).isInstanceOf(StaleTensorException.class);
  }

  @Test
  void tensorsOfTwoBackendsDoNotMix() {
    try (Backend other = Backends.open("reference", BackendOptions.DEFAULT)) {
      Tensor here = Tensor.of(new float[] {1, 2});
      Tensor there = here.to(other);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> here.add(there))
          .withMessageContaining("add: [2] is on backend reference and [2] on reference")
          .withMessageContaining("move one with to(backend)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.evaluateAll(here.add(1), there.add(1)));
      assertThat(there.to(here.backend()).add(here).toArray()).containsExactly(2, 4);
    }
  }

  @Test
  void aParameterIsAssignedOnceInARun() {
    Parameter a = parameter("a", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Evaluation().assign(a, a.add(1)).assign(a, a.add(2)))
        .withMessage("assign: parameter 'a' is assigned twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Evaluation().assign(a, Tensor.zeros(2)))
        .withMessage("assign: parameter 'a' has shape [1], the new value [2]");
  }

  @Test
  void movingAParameterMovesItsValue() {
    try (Backend other = Backends.open("reference", BackendOptions.DEFAULT)) {
      Parameter a = parameter("a", 1, 2);
      Tensor late = a.add(1);
      a.moveTo(other);
      assertThat(a.backend()).isSameAs(other);
      assertThat(a.toArray()).containsExactly(1, 2);
      assertThatThrownBy(late::toArray).hasMessageContaining("was moved to backend reference");
    }
  }

  @Test
  void aDetachedValueForgetsWhereItCameFromOnceItIsKnown() {
    Parameter weight = parameter("weight", 1, 2);
    for (Tensor start : new Tensor[] {weight, Tensor.ones(17)}) {
      Tensor kept = start.mul(3).evaluate();
      Tensor detached = start.mul(3).detach().evaluate();
      assertThat(kept.node().inputCount()).isEqualTo(2);
      assertThat(detached.node().inputCount()).isZero();
      assertThat(detached.toArray()).isEqualTo(kept.toArray());
    }
  }

  @Test
  void aDetachedValueStopsGradientsWhetherItIsKnownOrNot() {
    Parameter weight = parameter("weight", 1, 2);
    for (Tensor factor : new Tensor[] {weight.detach(), weight.detach().evaluate()}) {
      assertThat(Gradients.of(weight.mul(factor).sum(), weight).getFirst().toArray())
          .containsExactly(1, 2);
      assertThatIllegalStateException()
          .isThrownBy(() -> factor.sum().backward())
          .withMessageContaining("does not depend on any parameter");
      assertThat(Gradients.of(factor.sum(), weight).getFirst().toArray()).containsExactly(0, 0);
    }
  }
}
