package dev.tandem.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.io.Safetensors;
import dev.tandem.optim.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleTest {

  private final Generator generator = Generator.seeded(1);

  /**
   * A module with parameters of its own, a part with parts, and a part that stands in two places.
   */
  private final class Model extends Layer {
    private final Linear shared = module("shared", new Linear(4, 4, generator));
    private final Sequential body =
        module("body", new Sequential(new Linear(3, 4, generator), new Tanh(), shared, shared));
    private final Parameter scale = parameter("scale", Tensor.ones(4));

    @Override
    public Tensor forward(Tensor input) {
      return body.forward(input).mul(scale);
    }
  }

  private Sequential sequential() {
    return new Sequential(new Linear(3, 4, generator), new Relu(), new Linear(4, 2, generator));
  }

  private static float[] values(Map<String, ? extends Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name)).toArray();
  }

  @Test
  void parametersAreNamedInOrderAsInPyTorch() {
    assertThat(sequential().parameters().keySet())
        .containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
    assertThat(new Rnn(2, 3, generator).parameters().keySet())
        .containsExactly("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0");
  }

  @Test
  void aModulesOwnParametersComeFirstAndSharedOnesOnce() {
    Model model = new Model();
    assertThat(model.parameters().keySet())
        .containsExactly("scale", "shared.weight", "shared.bias", "body.0.weight", "body.0.bias");
    assertThat(model.stateDict().keySet())
        .containsExactly(
            "scale",
            "shared.weight",
            "shared.bias",
            "body.0.weight",
            "body.0.bias",
            "body.2.weight",
            "body.2.bias",
            "body.3.weight",
            "body.3.bias");
  }

  @Test
  void parametersKnowTheirFullNames() {
    Sequential inner = sequential();
    Sequential outer = new Sequential().add("inner", inner);
    outer.parameters().forEach((name, parameter) -> assertThat(parameter.name()).isEqualTo(name));
    assertThat(outer.parameters()).containsKey("inner.2.bias");
  }

  @Test
  void sharedParametersAreTrainedOnce() {
    Model model = new Model();
    Sgd optimizer = new Sgd(model.parameters(), 1);
    model.forward(Tensor.ones(2, 3)).sum().backward();
    float[] before = model.shared.weight().toArray();
    float[] gradient = Objects.requireNonNull(model.shared.weight().grad()).toArray();
    optimizer.step();
    float[] after = model.shared.weight().toArray();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isEqualTo(before[i] - gradient[i]);
    }
  }

  @Test
  void namesMustBeNewAndFreeOfDots() {
    Linear linear = new Linear(1, 1, generator);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sequential(linear).add("0", linear))
        .withMessageContaining("\"0\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sequential().add("a.b", linear))
        .withMessageContaining("\"a.b\"");
    assertThatIllegalArgumentException().isThrownBy(() -> new Sequential().add("", linear));
  }

  @Test
  void aStateIsASnapshot() {
    Sequential model = sequential();
    Map<String, Tensor> state = model.stateDict();
    float[] before = values(model.parameters(), "0.weight");
    Sgd optimizer = new Sgd(model.parameters(), 0.1);
    for (int step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      model.forward(Tensor.ones(2, 3)).sum().backward();
      optimizer.step();
    }
    assertThat(values(state, "0.weight")).isEqualTo(before);
    assertThat(values(model.parameters(), "0.weight")).isNotEqualTo(before);
    model.loadStateDict(state);
    assertThat(values(model.parameters(), "0.weight")).isEqualTo(before);
  }

  @Test
  void aStateSurvivesAFile(@TempDir Path directory) throws IOException {
    Sequential model = sequential();
    Path path = directory.resolve("model.safetensors");
    Safetensors.save(path, model.stateDict());
    Sequential other = sequential();
    other.loadStateDict(Safetensors.load(path));
    Tensor x = Tensor.randn(generator, 5, 3);
    assertThat(other.forward(x).toArray()).isEqualTo(model.forward(x).toArray());
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWithEverythingThatIsWrong() {
    Sequential model = sequential();
    Map<String, Tensor> state = new HashMap<>(model.stateDict());
    state.remove("0.bias");
    state.remove("2.weight");
    state.put("2.bias", Tensor.zeros(3));
    state.put("4.weight", Tensor.zeros(1, 1));
    state.put("0.weight", Tensor.zeros(4, 3));
    float[] before = values(model.parameters(), "0.weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.loadStateDict(state))
        .withMessage(
            "loadStateDict: this is not the state of Sequential: missing: 0.bias [4], 2.weight [2,"
                + " 4]; unexpected: 4.weight [1, 1]; wrong shape: 2.bias is [2] here and [3] there;"
                + " nothing was changed");
    assertThat(values(model.parameters(), "0.weight")).isEqualTo(before);
  }

  @Test
  void aStateMayBeDescribedFromTheModelItself() {
    Linear model = new Linear(2, 2, generator);
    float[] weight = model.weight().toArray();
    model.loadStateDict(
        Map.of("weight", model.weight().transpose(), "bias", model.weight().sum(0)));
    assertThat(model.weight().toArray())
        .containsExactly(weight[0], weight[2], weight[1], weight[3]);
  }

  @Test
  void theArchitectureIsPrintedAsInPyTorch() {
    Sequential model =
        new Sequential()
            .add("body", new Sequential(new Linear(3, 4, generator), new Tanh()))
            .add("head", new Linear(4, 1, false, generator));
    assertThat(model)
        .hasToString(
            """
            Sequential(
              (body): Sequential(
                (0): Linear(in_features=3, out_features=4, bias=True)
                (1): Tanh()
              )
              (head): Linear(in_features=4, out_features=1, bias=False)
            )\
            """);
    assertThat(new Rnn(5, 6, generator)).hasToString("Rnn(5, 6)");
    assertThat(new Sequential()).hasToString("Sequential()");
  }

  @Test
  void freezingStopsGradientsUntilItIsUndone() {
    Sequential model = sequential();
    model.freeze();
    assertThat(model.parameters().values()).noneMatch(Parameter::requiresGrad);
    model.requiresGrad(true);
    assertThat(model.parameters().values()).allMatch(Parameter::requiresGrad);
    model.forward(Tensor.ones(3)).sum().backward();
    assertThat(model.parameters().values()).noneMatch(parameter -> parameter.grad() == null);
    model.zeroGrad();
    assertThat(model.parameters().values()).allMatch(parameter -> parameter.grad() == null);
  }

  @Test
  void aModelMovesWithItsValues() {
    Sequential model = sequential();
    Tensor x = Tensor.randn(generator, 5, 3);
    float[] expected = model.forward(x).toArray();
    try (Backend other = Backends.open("reference", BackendOptions.DEFAULT)) {
      model.to(other);
      assertThat(model.forward(x.to(other)).toArray()).isEqualTo(expected);
      assertThatIllegalArgumentException().isThrownBy(() -> model.forward(x));
      model.to(x.backend());
    }
    assertThat(model.forward(x).shape()).isEqualTo(Shape.of(5, 2));
  }
}
