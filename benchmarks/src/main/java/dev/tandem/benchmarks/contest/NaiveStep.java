package dev.tandem.benchmarks.contest;

/** A training step as loops over arrays, the derivatives written out by hand. */
final class NaiveStep implements Work {

  private final int batch;
  private final int[] widths;
  private final int layers;
  private final TrainingStep step;
  private final float[] targets;
  private final float[][] parameters; // weight [out, in], bias [out], for each layer
  private final float[][] outputs; // [batch, widths[i]]
  private final float[][] gradients; // of outputs, the same shapes

  NaiveStep(TrainingStep step, float[][] inputs) {
    this.step = step;
    batch = step.batch();
    widths = step.widths();
    layers = step.layers();
    targets = inputs[1];
    parameters = new float[2 * layers][];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = inputs[2 + i].clone();
    }
    outputs = new float[layers + 1][];
    gradients = new float[layers + 1][];
    outputs[0] = inputs[0];
    for (int i = 1; i <= layers; i++) {
      outputs[i] = new float[batch * widths[i]];
      gradients[i] = new float[batch * widths[i]];
    }
  }

  @Override
  public Object run() {
    return step();
  }

  @Override
  public float[] result() {
    float loss = step();
    return step.joined(parameters, loss);
  }

  private float step() {
    for (int layer = 0; layer < layers; layer++) {
      forward(layer);
    }
    float loss = loss();
    for (int layer = layers - 1; layer >= 0; layer--) {
      backward(layer);
    }
    return loss;
  }

  private void forward(int layer) {
    int in = widths[layer];
    int out = widths[layer + 1];
    float[] y = outputs[layer + 1];
    float[] bias = parameters[2 * layer + 1];
    NaiveProduct.rightTransposed(batch, in, out, outputs[layer], 0, parameters[2 * layer], 0, y, 0);
    boolean last = layer == layers - 1;
    for (int b = 0; b < batch; b++) {
      for (int o = 0; o < out; o++) {
        float value = y[b * out + o] + bias[o];
        y[b * out + o] = last ? value : (float) Math.tanh(value);
      }
    }
  }

  private float loss() {
    float[] y = outputs[layers];
    float[] gradient = gradients[layers];
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      float error = y[i] - targets[i];
      sum += error * error;
      gradient[i] = 2 * error / y.length;
    }
    return (float) (sum / y.length);
  }

  private void backward(int layer) {
    int in = widths[layer];
    int out = widths[layer + 1];
    if (layer > 0) {
      inputGradient(in, out, gradients[layer + 1], parameters[2 * layer], layer);
    }
    update(in, out, outputs[layer], gradients[layer + 1], layer);
  }

  private void inputGradient(int in, int out, float[] gradient, float[] weight, int layer) {
    float[] x = outputs[layer];
    float[] below = gradients[layer];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < in; i++) {
        float sum = 0;
        for (int o = 0; o < out; o++) {
          sum += gradient[b * out + o] * weight[o * in + i];
        }
        float y = x[b * in + i];
        below[b * in + i] = sum * (1 - y * y);
      }
    }
  }

  private void update(int in, int out, float[] x, float[] gradient, int layer) {
    float[] weight = parameters[2 * layer];
    float[] bias = parameters[2 * layer + 1];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        float sum = 0;
        for (int b = 0; b < batch; b++) {
          sum += gradient[b * out + o] * x[b * in + i];
        }
        weight[o * in + i] -= TrainingStep.RATE * sum;
      }
      float sum = 0;
      for (int b = 0; b < batch; b++) {
        sum += gradient[b * out + o];
      }
      bias[o] -= TrainingStep.RATE * sum;
    }
  }
}
