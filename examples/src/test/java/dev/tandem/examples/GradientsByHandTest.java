package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Gradients;
import dev.tandem.Tensor;
import dev.tandem.examples.GradientsByHand.OfLayer;
import dev.tandem.examples.GradientsByHand.OfSequence;
import dev.tandem.nn.Mse;
import dev.tandem.testing.Exact;
import dev.tandem.testing.Golden;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Are the formulas right, on models of all sizes? Against PyTorch's values, and backward()'s.
 *
 * <p>How far a gradient may be off follows from what was summed: the same formulas over magnitudes,
 * where nothing cancels.
 */
class GradientsByHandTest {

  private static final double SUM = 32 * Exact.EPSILON;

  static Stream<Arguments> linear() {
    return onBoth(IntStream.rangeClosed(0, 8).mapToObj(i -> "linear_mse_" + i).toList());
  }

  static Stream<Arguments> linearWithTanh() {
    return onBoth(IntStream.rangeClosed(0, 2).mapToObj(i -> "linear_tanh_mse_" + i).toList());
  }

  private static Stream<Arguments> onBoth(List<String> files) {
    return Stream.of("reference", "cpu")
        .flatMap(backend -> files.stream().map(file -> Arguments.of(backend, file)));
  }

  private static Tensor tensor(Golden golden, String key) {
    return Tensor.of(golden.floats(key), golden.shape(key));
  }

  /** What a file holds, or the magnitudes of it. */
  private record Model(Tensor x, Tensor weight, Tensor bias, Tensor target) {

    static Model of(Golden golden) {
      return new Model(
          tensor(golden, "x"),
          tensor(golden, "weight"),
          tensor(golden, "bias"),
          tensor(golden, "target"));
    }

    Tensor sum() {
      return x.matmul(weight.transpose()).add(bias);
    }

    /** Magnitudes; the target is negative, so that its difference from anything is a sum. */
    Model magnitudes() {
      return new Model(x.abs(), weight.abs(), bias.abs(), target.abs().neg());
    }
  }

  private static void check(Golden golden, OfLayer byHand, OfLayer scale, Tensor error, Model it) {
    Exact.check(byHand.weight(), golden, "grad_weight", scale.weight().mul(SUM));
    Exact.check(byHand.bias(), golden, "grad_bias", scale.bias().mul(SUM));
    Exact.check(byHand.input(), golden, "grad_x", scale.input().mul(SUM));
    List<Tensor> automatic = Gradients.of(error, it.weight(), it.bias(), it.x());
    near("weight", byHand.weight(), automatic.get(0), scale.weight());
    near("bias", byHand.bias(), automatic.get(1), scale.bias());
    near("x", byHand.input(), automatic.get(2), scale.input());
  }

  private static void near(String name, Tensor byHand, Tensor automatic, Tensor scale) {
    assertThat(byHand.shape()).isEqualTo(automatic.shape());
    Exact.check(name, byHand.toArray(), automatic.toArray(), scale.mul(SUM).toArray());
  }

  @ParameterizedTest
  @MethodSource("linear")
  void theNaiveFormIsRight(String backend, String file) {
    Golden golden = Golden.load(file);
    Backends.with(
        Backends.get(backend),
        () -> {
          Model it = Model.of(golden);
          Tensor y = it.sum();
          OfLayer byHand = GradientsByHand.inLoops(it.x(), it.weight(), y, it.target());
          check(golden, byHand, scaleOfLinear(it), Mse.of(y, it.target()), it);
        });
  }

  @ParameterizedTest
  @MethodSource("linear")
  void theMatrixFormIsRight(String backend, String file) {
    Golden golden = Golden.load(file);
    Backends.with(
        Backends.get(backend),
        () -> {
          Model it = Model.of(golden);
          Tensor y = it.sum();
          Tensor ofY = GradientsByHand.ofError(y, it.target());
          OfLayer byHand = GradientsByHand.throughLayer(ofY, it.x(), it.weight());
          check(golden, byHand, scaleOfLinear(it), Mse.of(y, it.target()), it);
        });
  }

  private static OfLayer scaleOfLinear(Model it) {
    Model sizes = it.magnitudes();
    Tensor ofY = GradientsByHand.ofError(sizes.sum(), sizes.target());
    return GradientsByHand.throughLayer(ofY, sizes.x(), sizes.weight());
  }

  @ParameterizedTest
  @MethodSource("linearWithTanh")
  void theMatrixFormWithAnActivationIsRight(String backend, String file) {
    Golden golden = Golden.load(file);
    Backends.with(
        Backends.get(backend),
        () -> {
          Model it = Model.of(golden);
          Tensor y = it.sum().tanh();
          Tensor ofS = GradientsByHand.throughTanh(GradientsByHand.ofError(y, it.target()), y);
          OfLayer byHand = GradientsByHand.throughLayer(ofS, it.x(), it.weight());

          // the slope 1 - tanh(s)^2 is at most 1, and off by at most 2 |s| times the error of s
          Model sizes = it.magnitudes();
          Tensor ofSizes = GradientsByHand.ofError(sizes.sum(), sizes.target());
          Tensor withSlope = ofSizes.mul(sizes.sum().mul(2).add(1));
          OfLayer scale = GradientsByHand.throughLayer(withSlope, sizes.x(), sizes.weight());
          check(golden, byHand, scale, Mse.of(y, it.target()), it);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void theWayBackThroughTimeIsRight(String backend) {
    Golden golden = Golden.load("rnn_3_steps");
    Backends.with(
        Backends.get(backend),
        () -> {
          Tensor weightIh = tensor(golden, "weight_ih_l0");
          Tensor weightHh = tensor(golden, "weight_hh_l0");
          Tensor biasIh = tensor(golden, "bias_ih_l0");
          Tensor biasHh = tensor(golden, "bias_hh_l0");
          Tensor[] x = new Tensor[3];
          Tensor[] h = new Tensor[4];
          h[0] = tensor(golden, "h0").squeeze(0);
          for (int t = 0; t < 3; t++) {
            x[t] = tensor(golden, "x").slice(0, t, t + 1).squeeze(0);
            Tensor fromState = h[t].matmul(weightHh.transpose()).add(biasHh);
            h[t + 1] = x[t].matmul(weightIh.transpose()).add(biasIh).add(fromState).tanh();
          }
          Tensor target = tensor(golden, "target");
          Tensor ofLast = GradientsByHand.ofError(h[3], target);
          OfSequence byHand = GradientsByHand.throughTime(x, h, weightHh, ofLast);
          List<Tensor> automatic =
              Gradients.of(Mse.of(h[3], target), weightIh, weightHh, biasIh, biasHh);

          checkSequence(golden, "grad.weight_ih_l0", byHand.weightIh(), automatic.get(0));
          checkSequence(golden, "grad.weight_hh_l0", byHand.weightHh(), automatic.get(1));
          checkSequence(golden, "grad.bias_ih_l0", byHand.bias(), automatic.get(2));
          checkSequence(golden, "grad.bias_hh_l0", byHand.bias(), automatic.get(3));
        });
  }

  /** All terms are below 2 in magnitude: tanh, slopes, and weights and inputs of that size. */
  private static void checkSequence(Golden golden, String key, Tensor byHand, Tensor automatic) {
    Tensor terms = Tensor.full(2 * 12, golden.shape(key)); // 3 steps, 4 rows
    Exact.check(byHand, golden, key, terms.mul(SUM));
    near(key, byHand, automatic, terms);
  }
}
