package dev.tandem.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tandem.Parameter;
import dev.tandem.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Options and states: what is accepted and what is said otherwise; formulas are in the contract.
 */
class OptimizerTest {

  private final Parameter a = new Parameter(Tensor.ones(3));
  private final Parameter b = new Parameter(Tensor.ones(2, 2));
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  OptimizerTest() {
    parameters.put("a", a);
    parameters.put("b", b);
  }

  private static Tensor entry(Map<String, Tensor> state, String key) {
    return Objects.requireNonNull(state.get(key));
  }

  private void step(Optimizer optimizer) {
    optimizer.zeroGrad();
    a.sum().add(b.sum()).backward();
    optimizer.step();
  }

  @Test
  void parametersAreNeededEachOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(Map.of(), 0.1))
        .withMessageContaining("no parameters");
    Map<String, Parameter> twice = new LinkedHashMap<>();
    twice.put("one", a);
    twice.put("two", a);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam(twice, 0.1))
        .withMessageContaining("'two' appears twice");
  }

  @Test
  void numbersMustMakeSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(parameters, -0.1))
        .withMessageContaining("Sgd: the learning rate is -0.1");
    assertThatIllegalArgumentException().isThrownBy(() -> new Adam(parameters, Double.NaN));
    Sgd sgd = new Sgd(parameters, 0.1);
    assertThatIllegalArgumentException().isThrownBy(() -> sgd.learningRate(-1));
    assertThat(sgd.learningRate()).isEqualTo(0.1);
    assertThatIllegalArgumentException().isThrownBy(() -> sgd.withMomentum(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> sgd.withWeightDecay(-1));
    Adam adam = new Adam(parameters, 0.1);
    assertThatIllegalArgumentException().isThrownBy(() -> adam.withBetas(0.9, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> adam.withBetas(-0.1, 0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> adam.withEpsilon(-1));
  }

  @Test
  void optionsAreSetBeforeTheFirstStep() {
    Sgd sgd = new Sgd(parameters, 0.1).withMomentum(0.9);
    step(sgd);
    assertThatIllegalStateException()
        .isThrownBy(() -> sgd.withMomentum(0))
        .withMessageContaining("before the first step");
    Adam adam = new Adam(parameters, 0.1);
    step(adam);
    assertThatIllegalStateException().isThrownBy(() -> adam.withBetas(0.5, 0.5));
  }

  @Test
  void aStateHasTheStepAndTheTensorsOfEachParameter() {
    Adam adam = new Adam(parameters, 0.1);
    assertThat(adam.stateDict()).isEmpty();
    step(adam);
    step(adam);
    Map<String, Tensor> state = adam.stateDict();
    assertThat(state.keySet())
        .containsExactly(
            "a.step", "a.exp_avg", "a.exp_avg_sq", "b.step", "b.exp_avg", "b.exp_avg_sq");
    assertThat(entry(state, "a.step").item()).isEqualTo(2);
    assertThat(entry(state, "b.exp_avg").shape()).isEqualTo(b.shape());
    Sgd sgd = new Sgd(parameters, 0.1).withMomentum(0.9);
    step(sgd);
    assertThat(sgd.stateDict().keySet())
        .containsExactly("a.step", "a.momentum_buffer", "b.step", "b.momentum_buffer");
  }

  @Test
  void aStateIsNotChangedByLaterSteps() {
    Sgd sgd = new Sgd(parameters, 0.1).withMomentum(0.5);
    step(sgd);
    Map<String, Tensor> state = sgd.stateDict();
    step(sgd);
    assertThat(entry(state, "a.momentum_buffer").toArray()).containsOnly(1);
    assertThat(entry(state, "a.step").item()).isEqualTo(1);
  }

  @Test
  void aParameterThatIsNotInTheStateStartsAnew() {
    Adam adam = new Adam(parameters, 0.1);
    step(adam);
    Map<String, Tensor> state = new LinkedHashMap<>(adam.stateDict());
    state.keySet().removeIf(key -> key.startsWith("b."));
    adam.loadStateDict(state);
    assertThat(adam.stateDict().keySet()).isEqualTo(state.keySet());
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWithEverythingThatIsWrong() {
    Adam adam = new Adam(parameters, 0.1);
    step(adam);
    Map<String, Tensor> state = new HashMap<>(adam.stateDict());
    state.remove("a.exp_avg");
    state.put("b.exp_avg_sq", Tensor.ones(4));
    state.put("c.step", Tensor.scalar(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.loadStateDict(state))
        .withMessage(
            "loadStateDict: this is not the state of Adam: missing: a.exp_avg [3]; unexpected:"
                + " c.step []; wrong shape: b.exp_avg_sq is [2, 2] here and [4] there; nothing was"
                + " changed");
    assertThat(adam.stateDict()).containsKeys("a.step", "b.exp_avg_sq");
  }

  @Test
  void theStateOfAnotherKindOfOptimizerIsRefused() {
    Sgd sgd = new Sgd(parameters, 0.1).withMomentum(0.9);
    step(sgd);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam(parameters, 0.1).loadStateDict(sgd.stateDict()))
        .withMessageContaining("missing: a.exp_avg")
        .withMessageContaining("unexpected: a.momentum_buffer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(parameters, 0.1).loadStateDict(sgd.stateDict()))
        .withMessageContaining("unexpected: a.momentum_buffer");
  }

  @Test
  void aCountOfStepsIsAWholeNumber() {
    for (float steps : new float[] {0, -1, 1.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new Sgd(parameters, 0.1).loadStateDict(Map.of("a.step", Tensor.scalar(steps))))
          .withMessageContaining("a.step is " + steps);
    }
  }
}
