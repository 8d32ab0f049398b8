package dev.tandem.testing;

import dev.tandem.Gradients;
import dev.tandem.Tensor;
import dev.tandem.schedule.ReduceOp;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Broadcasting, reductions, products and linear models, forward and backward, against the values
 * that PyTorch computed.
 *
 * <p>How far a result may be off follows from what was summed. The same formula is computed exactly
 * over magnitudes, with every subtraction an addition: then each result, and each gradient, is the
 * sum of the magnitudes of all terms behind it, and errors are a small multiple of its rounding.
 */
public interface GoldenContract extends Subject {

  /** Error of one sum or product in PyTorch and one here, in rounding errors of the magnitudes. */
  double SUM = 16 * Exact.EPSILON;

  private Tensor tensor(Golden golden, String key) {
    return here(() -> Tensor.of(golden.floats(key), golden.shape(key)));
  }

  private static Tensor magnitude(Golden golden, String key) {
    float[] values = golden.floats(key);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return Exact.compute(() -> Tensor.of(values, golden.shape(key)));
  }

  /** Compares gradients with entries; those of the formula over magnitudes are the scales. */
  private static void checkGradients(
      Golden golden,
      Tensor loss,
      List<Tensor> leaves,
      Tensor scale,
      List<Tensor> magnitudes,
      double error,
      String... keys) {
    List<Tensor> gradients = Gradients.of(loss, leaves.toArray(Tensor[]::new));
    List<Tensor> scales = Gradients.of(scale, magnitudes.toArray(Tensor[]::new));
    for (int i = 0; i < keys.length; i++) {
      Exact.check(gradients.get(i), golden, keys[i], scales.get(i).mul(error));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  default void broadcastingMatchesPyTorch(int number) {
    Golden golden = Golden.load("broadcast");
    String a = number + ".a";
    String b = number + ".b";
    List<Tensor> x = List.of(tensor(golden, a), tensor(golden, b));
    List<Tensor> m = List.of(magnitude(golden, a), magnitude(golden, b));
    Tensor out = x.get(0).mul(x.get(1)).add(x.get(0)).sub(x.get(1).div(2));
    Tensor scale = m.get(0).mul(m.get(1)).add(m.get(0)).add(m.get(1).div(2));
    Exact.check(out, golden, number + ".out", scale.mul(SUM));
    checkGradients(
        golden, out.sum(), x, scale.sum(), m, SUM, number + ".grad_a", number + ".grad_b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  default void reductionsMatchPyTorch(int number) {
    Golden golden = Golden.load("reduce");
    int[] axes =
        Arrays.stream(golden.doubles(number + ".axes")).mapToInt(axis -> (int) axis).toArray();
    for (ReduceOp op : ReduceOp.values()) {
      String name = number + "." + op.name().toLowerCase(Locale.ROOT);
      Tensor x = tensor(golden, number + ".input");
      Tensor m = magnitude(golden, number + ".input");
      Tensor result = reduce(op, x, axes);
      boolean exact = op == ReduceOp.MAX || op == ReduceOp.MIN;
      // of a greatest element the magnitude is not the greatest magnitude; but nothing is summed
      Tensor scale = exact ? m.sum(axes).mul(0) : reduce(op, m, axes);
      Exact.check(result, golden, name, scale.mul(SUM));
      checkGradients(
          golden,
          result.square().sum(),
          List.of(x),
          scale.square().sum(),
          List.of(m),
          2 * SUM,
          name + "_grad_of_sum_of_squares");
    }
  }

  private static Tensor reduce(ReduceOp op, Tensor x, int[] axes) {
    return switch (op) {
      case SUM -> x.sum(axes);
      case MEAN -> x.mean(axes);
      case MAX -> x.max(axes);
      case MIN -> x.min(axes);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  default void productsMatchPyTorch(int number) {
    Golden golden = Golden.load("matmul");
    String a = number + ".a";
    String b = number + ".b";
    String weight = number + ".weight_of_sum";
    List<Tensor> x = List.of(tensor(golden, a), tensor(golden, b));
    List<Tensor> m = List.of(magnitude(golden, a), magnitude(golden, b));
    Tensor out = x.get(0).matmul(x.get(1));
    Tensor scale = m.get(0).matmul(m.get(1));
    Exact.check(out, golden, number + ".out", scale.mul(SUM));
    checkGradients(
        golden,
        out.mul(tensor(golden, weight)).sum(),
        x,
        scale.mul(magnitude(golden, weight)).sum(),
        m,
        SUM,
        number + ".grad_a",
        number + ".grad_b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  default void linearModelsMatchPyTorch(int number) {
    checkModel("linear_mse_" + number, UnaryOperator.identity(), UnaryOperator.identity());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  default void linearModelsWithTanhMatchPyTorch(int number) {
    // tanh never enlarges an error; its slope 1 - tanh(s)^2 has an error of at most 2 |s| that of s
    checkModel("linear_tanh_mse_" + number, Tensor::tanh, s -> s.add(s.square()));
  }

  /** Prediction, loss and every gradient of a linear model with the mean of squared errors. */
  private void checkModel(
      String name, UnaryOperator<Tensor> activation, UnaryOperator<Tensor> bound) {
    Golden golden = Golden.load(name);
    String[] keys = {"x", "weight", "bias"};
    List<Tensor> x = Arrays.stream(keys).map(key -> tensor(golden, key)).toList();
    List<Tensor> m = Arrays.stream(keys).map(key -> magnitude(golden, key)).toList();
    Tensor y = activation.apply(linear(x));
    Tensor scale = bound.apply(linear(m));
    Tensor loss = y.sub(tensor(golden, "target")).square().mean();
    Tensor lossScale = scale.add(magnitude(golden, "target")).square().mean();
    Exact.check(y, golden, "y", scale.mul(SUM));
    Exact.check(loss, golden, "loss", lossScale.mul(2 * SUM));
    checkGradients(golden, loss, x, lossScale, m, 2 * SUM, "grad_x", "grad_weight", "grad_bias");
  }

  /** Of x, weight and bias. */
  private static Tensor linear(List<Tensor> it) {
    return it.get(0).matmul(it.get(1).transpose()).add(it.get(2));
  }
}
