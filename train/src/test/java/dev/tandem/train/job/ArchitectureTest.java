package dev.tandem.train.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static Map<String, Parameter> parameters(Architecture architecture) {
    return Backends.with(
        Backends.get("reference"), () -> architecture.build(Generator.seeded(0)).parameters());
  }

  @Test
  void linearModelHasPyTorchsNames() {
    assertThat(parameters(Architecture.linear(3))).containsOnlyKeys("weight", "bias");
  }

  @Test
  void networkHasPyTorchsNamesAndShapes() {
    Map<String, Parameter> parameters =
        parameters(new Architecture(3, List.of(5, 2), Activation.TANH));
    assertThat(parameters)
        .containsOnlyKeys("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias");
    assertThat(parameters.get("2.weight")).returns(Shape.of(2, 5), Parameter::shape);
  }

  @Test
  void parametersAreCounted() {
    Architecture network = new Architecture(3, List.of(5, 2), Activation.RELU);
    assertThat(network.parameters()).isEqualTo(4 * 5 + 6 * 2 + 3);
    assertThat(Architecture.linear(10).parameters()).isEqualTo(11);
  }
}
