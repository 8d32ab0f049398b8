package dev.tandem.benchmarks.contest;

/** A training step's loss and gradients in double, by loops that read memory in order. */
final class ExactStep {

  private final TrainingStep step;
  private final double[][] outputs; // of each layer, after its tanh, [batch, widths[i]]
  private final double[][] weightGradients;
  private final double[][] biasGradients;
  private double loss;

  ExactStep(TrainingStep step, float[][] inputs) {
    this.step = step;
    outputs = new double[step.layers() + 1][];
    weightGradients = new double[step.layers()][];
    biasGradients = new double[step.layers()][];
    outputs[0] = toDouble(inputs[0]);
    for (int layer = 0; layer < step.layers(); layer++) {
      outputs[layer + 1] = forward(layer, inputs[2 + 2 * layer], inputs[3 + 2 * layer]);
    }
    double[] gradient = lossGradient(inputs[1]);
    for (int layer = step.layers() - 1; layer >= 0; layer--) {
      gradient = backward(layer, gradient, inputs[2 + 2 * layer]);
    }
  }

  double loss() {
    return loss;
  }

  /** {@code [out, in]}. */
  double[] weightGradient(int layer) {
    return weightGradients[layer];
  }

  double[] biasGradient(int layer) {
    return biasGradients[layer];
  }

  private static double[] toDouble(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private double[] forward(int layer, float[] weight, float[] bias) {
    int in = step.widths()[layer];
    int out = step.widths()[layer + 1];
    double[] transposed = new double[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        transposed[i * out + o] = weight[o * in + i];
      }
    }
    double[] y = new double[step.batch() * out];
    for (int b = 0; b < step.batch(); b++) {
      for (int o = 0; o < out; o++) {
        y[b * out + o] = bias[o];
      }
      for (int i = 0; i < in; i++) {
        addScaled(y, b * out, transposed, i * out, out, outputs[layer][b * in + i]);
      }
    }
    if (layer < step.layers() - 1) {
      for (int i = 0; i < y.length; i++) {
        y[i] = Math.tanh(y[i]);
      }
    }
    return y;
  }

  private double[] lossGradient(float[] targets) {
    double[] y = outputs[step.layers()];
    double[] gradient = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double error = y[i] - targets[i];
      loss += error * error / y.length;
      gradient[i] = 2 * error / y.length;
    }
    return gradient;
  }

  /** Takes the gradient of a layer's output before tanh and gives that of the layer below. */
  private double[] backward(int layer, double[] gradient, float[] weight) {
    int in = step.widths()[layer];
    int out = step.widths()[layer + 1];
    double[] x = outputs[layer];
    double[] weightGradient = new double[out * in];
    double[] biasGradient = new double[out];
    for (int b = 0; b < step.batch(); b++) {
      for (int o = 0; o < out; o++) {
        biasGradient[o] += gradient[b * out + o];
        addScaled(weightGradient, o * in, x, b * in, in, gradient[b * out + o]);
      }
    }
    weightGradients[layer] = weightGradient;
    biasGradients[layer] = biasGradient;
    if (layer == 0) {
      return gradient;
    }
    double[] below = new double[step.batch() * in];
    double[] exactWeight = toDouble(weight);
    for (int b = 0; b < step.batch(); b++) {
      for (int o = 0; o < out; o++) {
        addScaled(below, b * in, exactWeight, o * in, in, gradient[b * out + o]);
      }
    }
    for (int i = 0; i < below.length; i++) {
      below[i] *= 1 - x[i] * x[i];
    }
    return below;
  }

  private static void addScaled(
      double[] sum, int sumStart, double[] row, int rowStart, int length, double factor) {
    for (int i = 0; i < length; i++) {
      sum[sumStart + i] += factor * row[rowStart + i];
    }
  }
}
