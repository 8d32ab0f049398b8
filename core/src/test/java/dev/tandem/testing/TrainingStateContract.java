package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.Backends;
import dev.tandem.Parameter;
import dev.tandem.StaleTensorException;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.optim.Adam;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.PreparedStep;
import dev.tandem.optim.Sgd;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What takes part in training and what is carried over: frozen, failed, saved, moved. */
public interface TrainingStateContract extends Subject {

  @Test
  default void parametersWithoutAGradientArePassedBy() {
    Parameter early = new Parameter(Tensor.ones(3));
    Parameter late = new Parameter(Tensor.ones(3));
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    parameters.put("early", early);
    parameters.put("late", late);
    Optimizer optimizer = new Adam(parameters, 0.5).withWeightDecay(0.1);
    for (int step = 0; step < 5; step++) {
      optimizer.zeroGrad();
      early.sum().backward();
      optimizer.step();
    }
    assertThat(late.toArray()).containsOnly(1);
    assertThat(optimizer.stateDict()).containsKey("early.step").doesNotContainKey("late.step");
    optimizer.zeroGrad();
    late.sum().backward();
    optimizer.step();
    // Adam's first step goes as far as the learning rate, whatever the gradient
    assertThat(late.toArray())
        .containsExactly(new float[] {0.5f, 0.5f, 0.5f}, Offset.offset(1e-6f));
  }

  @Test
  default void frozenParametersStayAsTheyAre() {
    SmallNetwork network = new SmallNetwork();
    network.first.freeze();
    float[] first = network.first.weight().toArray();
    float[] last = network.last.weight().toArray();
    for (Optimizer optimizer : network.optimizers()) {
      network.train(optimizer, 2);
    }
    assertThat(network.first.weight().toArray()).isEqualTo(first);
    assertThat(network.first.weight().grad()).isNull();
    assertThat(network.last.weight().toArray()).isNotEqualTo(last);
    network.first.requiresGrad(true);
    network.train(new Sgd(network.model.parameters(), 0.1), 1);
    assertThat(network.first.weight().toArray()).isNotEqualTo(first);
  }

  @Test
  default void aStepThatCannotRunChangesNothing() {
    SmallNetwork network = new SmallNetwork();
    Optimizer optimizer = new Adam(network.model.parameters(), 0.1);
    network.loss().backward();
    network.last.weight().set(new float[5 * 2]);
    float[] before = network.weights();
    assertThatThrownBy(optimizer::step)
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("'2.weight'");
    assertThat(network.weights()).isEqualTo(before);
    assertThat(optimizer.stateDict()).isEmpty();
  }

  @Test
  default void trainingGoesOnFromASavedStateBitForBit() {
    checkResumed(parameters -> new Sgd(parameters, 0.1).withMomentum(0.9).withWeightDecay(0.01));
    checkResumed(parameters -> new Adam(parameters, 0.01));
  }

  private static void checkResumed(Function<Map<String, Parameter>, Optimizer> recipe) {
    SmallNetwork straight = new SmallNetwork();
    Optimizer optimizer = recipe.apply(straight.model.parameters());
    straight.train(optimizer, 3);
    Map<String, Tensor> model = straight.model.stateDict();
    Map<String, Tensor> state = optimizer.stateDict();
    straight.train(optimizer, 4);

    SmallNetwork resumed = new SmallNetwork();
    Optimizer other = recipe.apply(resumed.model.parameters());
    resumed.train(other, 1); // what it did before must not matter
    resumed.model.loadStateDict(model);
    other.loadStateDict(state);
    resumed.train(other, 4);
    assertThat(resumed.weights()).isEqualTo(straight.weights());
    other
        .stateDict()
        .forEach((name, value) ->
            assertThat(value.toArray())
                .as(name)
                .isEqualTo(Objects.requireNonNull(optimizer.stateDict().get(name)).toArray()));
  }

  @Test
  default void trainingGoesOnOnAnotherBackend() {
    SmallNetwork staying = new SmallNetwork();
    SmallNetwork moving = new SmallNetwork();
    Optimizer optimizer = new Adam(staying.model.parameters(), 0.01);
    Optimizer other = new Adam(moving.model.parameters(), 0.01);
    staying.train(optimizer, 6);
    moving.train(other, 3);
    try (Backend elsewhere = open(BackendOptions.DEFAULT)) {
      moving.model.to(elsewhere);
      assertThat(moving.first.weight().backend()).isSameAs(elsewhere);
      Backends.with(elsewhere, () -> moving.train(other, 3));
      moving.model.to(backend());
    }
    assertThat(moving.weights()).isEqualTo(staying.weights());
  }

  @Test
  default void aPreparedStepIsAStep() {
    for (int kind = 0; kind < 3; kind++) {
      SmallNetwork plain = new SmallNetwork();
      SmallNetwork prepared = new SmallNetwork();
      Optimizer optimizer = plain.optimizers().get(kind);
      Optimizer other = prepared.optimizers().get(kind);
      prepared.train(other, 2);
      try (PreparedStep step = other.prepare(prepared.loss())) {
        step.run();
        step.run();
        other.learningRate(0.002);
        step.run();
        assertThat(prepared.gradients()).isEmpty();
        plain.train(optimizer, 4);
        optimizer.learningRate(0.002);
        Tensor loss = plain.loss();
        assertThat(step.loss()).isCloseTo(loss.item(), Offset.offset(1e-6f));
        plain.train(optimizer, 1);
        assertThat(prepared.weights()).containsExactly(plain.weights(), Offset.offset(1e-6f));
        assertThat(other.stateDict().keySet()).isEqualTo(optimizer.stateDict().keySet());
      }
      prepared.train(other, 1);
      plain.train(optimizer, 1);
      assertThat(prepared.weights()).containsExactly(plain.weights(), Offset.offset(1e-6f));
    }
  }

  @Test
  default void aPreparedStepTakesItsDataFromFrozenParameters() {
    Parameter p = new Parameter(Tensor.of(new float[] {1, 2, 3}));
    Parameter data = new Parameter(Tensor.zeros(3)).requiresGrad(false);
    Sgd optimizer = new Sgd(Map.of("p", p), 0.5).withMomentum(0.5);
    try (PreparedStep step = optimizer.prepare(p.mul(data).sum())) {
      data.set(new float[] {2, 4, 6});
      step.run();
      assertThat(step.loss()).isEqualTo(28);
      assertThat(p.toArray()).containsExactly(0, 0, 0);
      data.set(new float[] {-2, 0, 2});
      step.run();
      assertThat(p.toArray()).containsExactly(0.5f, -1, -2.5f);
      optimizer.loadStateDict(Map.of());
      step.run();
      assertThat(p.toArray()).as("without momentum").containsExactly(1.5f, -1, -3.5f);
    }
  }
}
