package dev.tandem.testing;

import static dev.tandem.testing.Near.assertNear;

import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Tanh;
import dev.tandem.optim.Adam;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.Sgd;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Optimizers: trained networks of PyTorch, and the formulas written out in double precision. */
public interface OptimizerContract extends Subject {

  /** What a formula makes of one element: it is given the gradients of all steps so far. */
  interface Formula {
    double next(double parameter, double[] gradients, int steps, double[] state);
  }

  @Test
  default void descentTrainsPyTorchsNetwork() {
    checkNetwork("mlp_sgd", parameters -> new Sgd(parameters, 0.05));
  }

  @Test
  default void descentWithMomentumTrainsPyTorchsNetwork() {
    checkNetwork("mlp_momentum", parameters -> new Sgd(parameters, 0.02).withMomentum(0.9));
  }

  @Test
  default void adamTrainsPyTorchsNetwork() {
    checkNetwork("mlp_adam", parameters -> new Adam(parameters, 0.01));
  }

  private static void checkNetwork(
      String name, Function<Map<String, Parameter>, Optimizer> optimizerOf) {
    Golden golden = Golden.load(name);
    Generator generator = Generator.seeded(0);
    Sequential model =
        new Sequential(new Linear(5, 12, generator), new Tanh(), new Linear(12, 2, generator));
    Map<String, Tensor> initial = new LinkedHashMap<>();
    for (String key : model.parameters().keySet()) {
      initial.put(key, tensor(golden, "initial." + key));
    }
    model.loadStateDict(initial);
    Optimizer optimizer = optimizerOf.apply(model.parameters());
    float[] losses = new float[Integer.parseInt(golden.metadata().get("steps"))];
    for (int step = 0; step < losses.length; step++) {
      optimizer.zeroGrad();
      Tensor loss = Mse.of(model.forward(tensor(golden, "x")), tensor(golden, "target"));
      loss.backward();
      optimizer.step();
      losses[step] = loss.item();
    }
    // rounding errors of 20 steps; a wrong formula is off by thousands of these
    assertNear(name + " losses", Tensor.of(losses), golden.floats("losses"), 32);
    model
        .stateDict()
        .forEach((key, value) -> assertNear(key, value, golden.floats("final." + key), 32));
  }

  private static Tensor tensor(Golden golden, String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void descentFollowsItsFormula(int elements) {
    checkFormula(
        elements, parameters -> new Sgd(parameters, 0.1), (p, g, t, state) -> p - 0.1 * g[t]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void weightDecayIsPartOfTheGradient(int elements) {
    checkFormula(
        elements,
        parameters -> new Sgd(parameters, 0.1).withWeightDecay(0.3),
        (p, g, t, state) -> p - 0.1 * (g[t] + 0.3 * p));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void momentumGathersGradientsFromTheFirstOn(int elements) {
    checkFormula(
        elements,
        parameters -> new Sgd(parameters, 0.1).withMomentum(0.8).withWeightDecay(0.3),
        (p, g, t, state) -> {
          double gradient = g[t] + 0.3 * p;
          state[0] = t == 0 ? gradient : 0.8 * state[0] + gradient;
          return p - 0.1 * state[0];
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void nesterovsMomentumLooksAhead(int elements) {
    checkFormula(
        elements,
        parameters -> new Sgd(parameters, 0.1).withNesterovMomentum(0.8),
        (p, g, t, state) -> {
          state[0] = t == 0 ? g[t] : 0.8 * state[0] + g[t];
          return p - 0.1 * (g[t] + 0.8 * state[0]);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void adamFollowsItsFormula(int elements) {
    checkFormula(
        elements,
        parameters -> new Adam(parameters, 0.05),
        (p, g, t, state) -> adam(p, g[t], t, state, 0.05, 0.9, 0.999, 1e-8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207})
  default void adamFollowsItsFormulaWithEveryOption(int elements) {
    checkFormula(
        elements,
        parameters ->
            new Adam(parameters, 0.05).withBetas(0.7, 0.9).withEpsilon(0.01).withWeightDecay(0.3),
        (p, g, t, state) -> adam(p, g[t] + 0.3 * p, t, state, 0.05, 0.7, 0.9, 0.01));
  }

  private static double adam(
      double p, double g, int t, double[] state, double rate, double b1, double b2, double eps) {
    state[0] = b1 * state[0] + (1 - b1) * g;
    state[1] = b2 * state[1] + (1 - b2) * g * g;
    double mean = state[0] / (1 - Math.pow(b1, t + 1));
    double square = state[1] / (1 - Math.pow(b2, t + 1));
    return p - rate * mean / (Math.sqrt(square) + eps);
  }

  /** Feeds gradients that are chosen, not computed, and compares after every step. */
  private static void checkFormula(
      int elements, Function<Map<String, Parameter>, Optimizer> optimizerOf, Formula formula) {
    int steps = 7;
    Values values = new Values(elements);
    float[] start = values.uniform(elements);
    Parameter parameter = new Parameter(Tensor.of(start));
    Optimizer optimizer = optimizerOf.apply(Map.of("p", parameter));
    double[] expected = new double[elements];
    double[][] gradients = new double[elements][steps];
    double[][] states = new double[elements][2];
    for (int i = 0; i < elements; i++) {
      expected[i] = start[i];
    }
    for (int t = 0; t < steps; t++) {
      float[] gradient = values.uniform(elements);
      optimizer.zeroGrad();
      parameter.mul(Tensor.of(gradient)).sum().backward();
      optimizer.step();
      float[] rounded = new float[elements];
      for (int i = 0; i < elements; i++) {
        gradients[i][t] = gradient[i];
        expected[i] = formula.next(expected[i], gradients[i], t, states[i]);
        rounded[i] = (float) expected[i];
      }
      assertNear("after step " + (t + 1), parameter, rounded, scale(elements), 16);
    }
  }

  private static float[] scale(int elements) { // values and gradients are between -2 and 2
    float[] scale = new float[elements];
    Arrays.fill(scale, 2);
    return scale;
  }
}
