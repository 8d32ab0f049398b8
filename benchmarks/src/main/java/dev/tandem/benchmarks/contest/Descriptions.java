package dev.tandem.benchmarks.contest;

import dev.tandem.Tensor;
import java.util.function.Supplier;

/** Problems with one result, in Tandem's words. Inputs go to the current backend, once. */
final class Descriptions {

  private Descriptions() {}

  /** What describes the result, each time anew. */
  static Supplier<Tensor> of(Problem problem, float[][] inputs) {
    return switch (problem) {
      case Product product -> of(product, inputs);
      case Pointwise pointwise -> of(pointwise.function(), inputs);
      case Reduction reduction -> of(reduction, inputs[0]);
      case Chain ignored -> {
        Tensor a = Tensor.of(inputs[0]);
        Tensor b = Tensor.of(inputs[1]);
        yield () -> a.mul(b).add(a).sub(b).mul(b).maximum(a).add(b);
      }
      case OneOperation ignored -> {
        Tensor a = Tensor.of(inputs[0]);
        Tensor b = Tensor.of(inputs[1]);
        yield () -> a.add(b);
      }
      case AdamUpdate ignored -> throw severalResults(problem);
      case TrainingStep ignored -> throw severalResults(problem);
    };
  }

  private static IllegalArgumentException severalResults(Problem problem) {
    return new IllegalArgumentException(problem + " has several results");
  }

  private static Supplier<Tensor> of(Product product, float[][] inputs) {
    Tensor a = Tensor.of(inputs[0], product.leftShape());
    Tensor b = Tensor.of(inputs[1], product.rightShape());
    return switch (product.form()) {
      case NN -> () -> a.matmul(b);
      case NT -> () -> a.matmul(b.transpose());
      case TN -> () -> a.transpose().matmul(b);
    };
  }

  private static Supplier<Tensor> of(Pointwise.Function function, float[][] inputs) {
    Tensor a = Tensor.of(inputs[0]);
    Tensor b = function.isBinary() ? Tensor.of(inputs[1]) : a;
    return switch (function) {
      case ADD -> () -> a.add(b);
      case MUL -> () -> a.mul(b);
      case RELU -> a::relu;
      case COPY -> () -> Tensor.concat(0, a);
      case EXP -> a::exp;
      case TANH -> a::tanh;
      case SIGMOID -> a::sigmoid;
      case GELU -> a::gelu;
      case LOG -> a::log;
    };
  }

  private static Supplier<Tensor> of(Reduction reduction, float[] values) {
    boolean middle = reduction.axis() == Reduction.Axis.MIDDLE;
    int[] matrix = {reduction.rows(), reduction.columns()};
    Tensor a = Tensor.of(values, middle ? reduction.blocks() : matrix);
    int[] axes =
        switch (reduction.axis()) {
          case ALL -> new int[] {0, 1};
          case ROWS, MIDDLE -> new int[] {1};
          case COLUMNS -> new int[] {0};
        };
    return switch (reduction.combiner()) {
      case SUM -> () -> a.sum(axes);
      case MEAN -> () -> a.mean(axes);
      case MAX -> () -> a.max(axes);
    };
  }
}
