package dev.tandem.testing;

import static dev.tandem.testing.Near.assertNear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Rnn;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers forward and backward: PyTorch's values, and the shapes around them. */
public interface LayerContract extends Subject {

  // additions per element are at most a few hundred, and errors of roundings cancel
  double EPSILONS = 16;

  @ParameterizedTest
  @CsvSource({"0,1,1", "42,3,2", "123456789,20,30", "0,20,30"})
  default void aLinearLayerStartsAsPyTorchs(long seed, int in, int out) {
    Golden golden = Golden.load("random");
    Linear linear = new Linear(in, out, Generator.seeded(seed));
    String name = "linear.%d.%dx%d.".formatted(seed, in, out);
    assertThat(linear.weight().toArray()).isEqualTo(golden.floats(name + "weight"));
    assertThat(biasOf(linear).toArray()).isEqualTo(golden.floats(name + "bias"));
    assertThat(linear.weight().shape()).isEqualTo(Shape.of(out, in));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  default void aLinearLayerWithItsErrorIsPyTorchs(int number) {
    checkLinear(Golden.load("linear_mse_" + number), false);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  default void aLinearLayerWithTanhIsPyTorchs(int number) {
    checkLinear(Golden.load("linear_tanh_mse_" + number), true);
  }

  private static void checkLinear(Golden golden, boolean withTanh) {
    Parameter x = new Parameter(tensor(golden, "x"));
    Linear linear = new Linear(x.shape().dimension(-1), golden.shape("bias")[0], seed());
    linear.loadStateDict(
        Map.of("weight", tensor(golden, "weight"), "bias", tensor(golden, "bias")));
    Tensor y = withTanh ? linear.forward(x).tanh() : linear.forward(x);
    Tensor loss = Mse.of(y, tensor(golden, "target"));
    loss.backward();

    // the same over magnitudes, with nothing that cancels, says how much was added up
    Parameter sizeOfX = new Parameter(tensor(golden, "x").abs());
    Linear sizes = new Linear(x.shape().dimension(-1), golden.shape("bias")[0], seed());
    sizes.loadStateDict(Map.of("weight", linear.weight().abs(), "bias", biasOf(linear).abs()));
    Tensor sizeOfY = sizes.forward(sizeOfX);
    Tensor sizeOfLoss = Mse.of(sizeOfY, tensor(golden, "target").abs().neg());
    sizeOfLoss.backward();

    check(golden, "y", y, sizeOfY);
    check(golden, "loss", loss, sizeOfLoss);
    check(golden, "grad_weight", gradOf(linear.weight()), gradOf(sizes.weight()));
    check(golden, "grad_bias", gradOf(biasOf(linear)), gradOf(biasOf(sizes)));
    check(golden, "grad_x", gradOf(x), gradOf(sizeOfX));
  }

  private static void check(Golden golden, String name, Tensor actual, Tensor size) {
    assertThat(actual.shape()).isEqualTo(Shape.of(golden.shape(name)));
    String what = golden.name() + " " + name;
    assertNear(what, actual, golden.floats(name), size.toArray(), EPSILONS);
  }

  @Test
  default void aLinearLayerTakesAnyNumberOfLeadingAxes() {
    Linear linear = new Linear(7, 5, seed());
    Tensor x = Tensor.of(new Values(1).uniform(3 * 2 * 7), 6, 7);
    float[] expected = linear.forward(x).toArray();
    Tensor cube = linear.forward(x.reshape(3, 2, 7));
    assertThat(cube.shape()).isEqualTo(Shape.of(3, 2, 5));
    assertThat(cube.toArray()).isEqualTo(expected);
    Tensor vector = linear.forward(x.slice(0, 5, 6).squeeze(0));
    assertThat(vector.shape()).isEqualTo(Shape.of(5));
    assertNear("vector", vector, Tensor.of(expected).slice(0, 25, 30).toArray(), 8);
    assertThat(linear.forward(Tensor.zeros(0, 7)).shape()).isEqualTo(Shape.of(0, 5));
    assertThat(linear.forward(Tensor.zeros(2, 0, 7)).toArray()).isEmpty();
  }

  @Test
  default void gradientsOfALinearLayerSumOverAllLeadingAxes() {
    Linear linear = new Linear(3, 2, seed());
    linear.forward(Tensor.ones(4, 5, 3)).sum().backward();
    assertThat(gradOf(biasOf(linear)).toArray()).containsExactly(20, 20);
    assertThat(gradOf(linear.weight()).toArray()).containsOnly(20);
  }

  @Test
  default void aLinearLayerWithoutBiasIsTheProductAlone() {
    Linear linear = new Linear(3, 2, false, seed());
    linear.loadStateDict(Map.of("weight", Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}})));
    assertThat(linear.bias()).isNull();
    assertThat(linear.forward(Tensor.of(new float[] {1, 10, 100})).toArray())
        .containsExactly(321, 654);
  }

  @Test
  default void aRecurrentNetworkIsPyTorchs() {
    Golden golden = Golden.load("rnn_3_steps");
    Rnn rnn = new Rnn(5, 6, seed());
    rnn.parameters().forEach((name, parameter) -> parameter.set(golden.floats(name)));
    Parameter x = new Parameter(tensor(golden, "x"));
    Parameter start = new Parameter(tensor(golden, "h0"));
    Rnn.Output output = rnn.forward(x, start);
    Tensor loss = Mse.of(output.hidden().squeeze(0), tensor(golden, "target"));
    loss.backward();

    assertThat(output.outputs().shape()).isEqualTo(Shape.of(3, 4, 6));
    assertThat(output.hidden().shape()).isEqualTo(Shape.of(1, 4, 6));
    assertNear("outputs", output.outputs(), golden.floats("outputs"), EPSILONS);
    assertNear("loss", loss, golden.floats("loss"), EPSILONS);
    assertNear("grad_x", gradOf(x), golden.floats("grad_x"), EPSILONS);
    assertNear("grad_h0", gradOf(start), golden.floats("grad_h0"), EPSILONS);
    rnn.parameters()
        .forEach((name, parameter) ->
            assertNear(name, gradOf(parameter), golden.floats("grad." + name), EPSILONS));
  }

  @Test
  default void aRecurrentNetworkStartsFromZerosUnlessTold() {
    Rnn rnn = new Rnn(3, 4, seed());
    Tensor x = Tensor.of(new Values(2).uniform(5 * 2 * 3), 5, 2, 3);
    assertThat(rnn.forward(x).outputs().toArray())
        .isEqualTo(rnn.forward(x, Tensor.zeros(1, 2, 4)).outputs().toArray());
  }

  @Test
  default void aSequenceWithoutABatchIsABatchOfOne() {
    Rnn rnn = new Rnn(3, 4, seed());
    Tensor x = Tensor.of(new Values(3).uniform(5 * 3), 5, 3);
    Rnn.Output batched = rnn.forward(x.unsqueeze(1));
    Rnn.Output single = rnn.forward(x);
    assertThat(single.outputs().shape()).isEqualTo(Shape.of(5, 4));
    assertThat(single.hidden().shape()).isEqualTo(Shape.of(1, 4));
    assertThat(single.outputs().toArray()).isEqualTo(batched.outputs().toArray());
    assertThat(single.hidden().toArray()).isEqualTo(batched.hidden().toArray());
  }

  @Test
  default void theMeanSquaredErrorIsPyTorchs() {
    Tensor prediction = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor target = Tensor.of(new float[] {0, 2, 5, 1}, 2, 2);
    assertThat(Mse.of(prediction, target).item()).isEqualTo(3.5f);
    assertThat(Mse.of(Tensor.zeros(0, 3), Tensor.zeros(0, 3)).item()).isNaN();
  }

  private static Generator seed() {
    return Generator.seeded(0);
  }

  private static Tensor tensor(Golden golden, String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  private static Parameter biasOf(Linear linear) {
    return Objects.requireNonNull(linear.bias());
  }

  private static Tensor gradOf(Parameter parameter) {
    return Objects.requireNonNull(parameter.grad());
  }
}
