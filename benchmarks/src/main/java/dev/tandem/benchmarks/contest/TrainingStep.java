package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One step of training: forward through Linear layers with tanh between them, mean squared error,
 * backward, stochastic gradient descent on every weight and bias; then the loss is read.
 *
 * <p>Inputs are data, targets, then weight {@code [out, in]} and bias of each layer. The result is
 * the weights and biases after one step, one behind the other, and at last the loss before it.
 *
 * @param batch rows of data
 * @param widths features: of the data, of each hidden layer, of the targets
 */
public record TrainingStep(int batch, int... widths) implements Problem {

  public static final float RATE = 0.1f;

  /**
   * Reads {@code 256x512x10}: rows, then widths.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static TrainingStep parse(String shape) {
    int[] numbers = Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    if (numbers.length < 3) {
      throw new IllegalArgumentException(
          "shape %s: not of the form BATCHxINxOUT or BATCHxINxHIDDENxOUT".formatted(shape));
    }
    return new TrainingStep(numbers[0], Arrays.copyOfRange(numbers, 1, numbers.length));
  }

  /** How many Linear layers. */
  public int layers() {
    return widths.length - 1;
  }

  /** Weights and biases. */
  public int parameters() {
    return IntStream.range(0, layers()).map(i -> (widths[i] + 1) * widths[i + 1]).sum();
  }

  /**
   * Two products for each layer and a third, the gradient of its input, for all but the first.
   * Traffic: data once, each parameter read and written.
   */
  @Override
  public Cost cost() {
    double multiplications = 0;
    for (int i = 0; i < layers(); i++) {
      multiplications += (i == 0 ? 2.0 : 3.0) * batch * widths[i] * widths[i + 1];
    }
    double data = (double) batch * (widths[0] + widths[layers()]);
    double bytes = Float.BYTES * (data + 2.0 * parameters());
    return batch == 1 && parameters() < 16
        ? Cost.NONE
        : new Cost(2 * multiplications, bytes, Traffic.READ);
  }

  @Override
  public float[][] inputs() {
    float[][] inputs = new float[2 + 2 * layers()][];
    inputs[0] = Inputs.around0(1, (long) batch * widths[0]);
    inputs[1] = Inputs.around0(2, (long) batch * widths[layers()]);
    for (int i = 0; i < layers(); i++) {
      float bound = (float) (1 / Math.sqrt(widths[i]));
      long weights = (long) widths[i] * widths[i + 1];
      inputs[2 + 2 * i] = Inputs.between(3 + i, weights, -bound, bound);
      inputs[3 + 2 * i] = Inputs.between(100 + i, widths[i + 1], -bound, bound);
    }
    return inputs;
  }

  /** Compares everything with the step computed in double. Takes a few seconds for large layers. */
  @Override
  public void check(float[][] inputs, float[] result) {
    Comparison comparison = new Comparison(this, result, parameters() + 1);
    ExactStep exact = new ExactStep(this, inputs);
    int index = 0;
    for (int layer = 0; layer < layers(); layer++) {
      double[][] gradients = {exact.weightGradient(layer), exact.biasGradient(layer)};
      for (int part = 0; part < 2; part++) {
        double largest = Arrays.stream(gradients[part]).map(Math::abs).max().orElse(0);
        for (int i = 0; i < gradients[part].length; i++) {
          float before = inputs[2 + 2 * layer + part][i];
          double tolerance = RATE * 1e-3 * largest + 1.2e-7 * Math.abs(before);
          comparison.check(index++, before - RATE * gradients[part][i], tolerance);
        }
      }
    }
    comparison.check(index, exact.loss(), 1e-4 * exact.loss() + 1e-9);
  }

  /** Puts parameters and loss together. */
  public float[] joined(float[][] parameters, float loss) {
    float[] all = new float[parameters() + 1];
    int next = 0;
    for (float[] parameter : parameters) {
      System.arraycopy(parameter, 0, all, next, parameter.length);
      next += parameter.length;
    }
    all[next] = loss;
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingStep step
        && batch == step.batch
        && Arrays.equals(widths, step.widths);
  }

  @Override
  public int hashCode() {
    return 31 * batch + Arrays.hashCode(widths);
  }

  @Override
  public String toString() {
    return "TrainingStep[batch=%d, widths=%s]".formatted(batch, Arrays.toString(widths));
  }
}
