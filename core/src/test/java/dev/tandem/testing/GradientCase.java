package dev.tandem.testing;

import dev.tandem.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A function of tensors with data at which it is smooth.
 *
 * @param name of the function
 * @param inputs its arguments
 * @param function what is computed; of any shape
 */
public record GradientCase(
    String name, List<Input> inputs, Function<List<Tensor>, Tensor> function) {

  /**
   * An argument.
   *
   * @param values in row-major order
   * @param shape of the tensor
   */
  public record Input(float[] values, int[] shape) {

    /** The argument as a tensor of the current backend. */
    public Tensor tensor() {
      return Tensor.of(values, shape);
    }
  }

  /** The arguments as tensors of the current backend. */
  public List<Tensor> tensors() {
    return inputs.stream().map(Input::tensor).toList();
  }

  /** The sum of a value's elements, each with a weight of its own: something to differentiate. */
  public Tensor weightedSum(Tensor value) {
    float[] weights = new Values(name.hashCode()).uniform(value.shape().elements());
    return value.mul(Tensor.of(weights, value.shape().toArray())).sum();
  }

  /** Function and shapes. */
  @Override
  public String toString() {
    return inputs.stream()
        .map(input -> Arrays.toString(input.shape()))
        .collect(Collectors.joining(" ", name + " ", ""));
  }
}
