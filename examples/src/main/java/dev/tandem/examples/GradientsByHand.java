package dev.tandem.examples;

import dev.tandem.Tensor;

/**
 * The chain rule written out, for E = mean of squares of Y - Y*: what {@link Tensor#backward} finds
 * by itself. Nothing here differentiates; these are formulas over values. Rows are samples.
 */
final class GradientsByHand {

  private GradientsByHand() {}

  /**
   * How E changes with the parts of a layer S = X W^T + b.
   *
   * @param weight dE/dW, {@code [out, in]}
   * @param bias dE/db, {@code [out]}
   * @param input dE/dX, {@code [rows, in]}: where the layer before goes on
   */
  record OfLayer(Tensor weight, Tensor bias, Tensor input) {}

  /**
   * How E changes with the parts of a recurrent network that has run for some steps.
   *
   * @param weightIh dE/dW_ih as PyTorch stores it, {@code [hidden, in]}
   * @param weightHh dE/dW_hh likewise, {@code [hidden, hidden]}
   * @param bias dE/db of either bias, {@code [hidden]}
   * @param sums dE/ds_t for each step, {@code [rows, hidden]}
   */
  record OfSequence(Tensor weightIh, Tensor weightHh, Tensor bias, Tensor[] sums) {}

  /** The naive form: the gradients of Y = X W^T + b, number by number. */
  static OfLayer inLoops(Tensor x, Tensor weight, Tensor y, Tensor target) {
    int rows = x.shape().dimension(0);
    int in = x.shape().dimension(1);
    int out = y.shape().dimension(1);
    float[] xs = x.toArray();
    float[] weights = weight.toArray();
    float[] ys = y.toArray();
    float[] targets = target.toArray();
    float[] ofWeight = new float[out * in];
    float[] ofBias = new float[out];
    float[] ofInput = new float[rows * in];
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < out; o++) {
        float error = 2f / ys.length * (ys[row * out + o] - targets[row * out + o]); // dE/dy
        ofBias[o] += error;
        for (int i = 0; i < in; i++) {
          ofWeight[o * in + i] += error * xs[row * in + i];
          ofInput[row * in + i] += error * weights[o * in + i];
        }
      }
    }
    return new OfLayer(
        Tensor.of(ofWeight, out, in), Tensor.of(ofBias), Tensor.of(ofInput, rows, in));
  }

  /** dE/dY = 2/N (Y - Y*), where N counts every element of Y. */
  static Tensor ofError(Tensor y, Tensor target) {
    return y.sub(target).mul(2.0 / y.shape().elements());
  }

  /** The matrix form: dE/dW = dS^T X, dE/db = the sum of dS over its rows, dE/dX = dS W. */
  static OfLayer throughLayer(Tensor ofSum, Tensor x, Tensor weight) {
    return new OfLayer(ofSum.transpose().matmul(x), ofSum.sum(0), ofSum.matmul(weight));
  }

  /** dE/dS = dE/dY f'(S) for Y = f(S) = tanh(S), whose slope is 1 - Y^2. */
  static Tensor throughTanh(Tensor ofY, Tensor y) {
    return ofY.mul(y.square().neg().add(1));
  }

  /**
   * Back through the steps h_t = tanh(x_t W_ih + h_(t-1) W_hh + biases), the last one first. Every
   * step has the same weights, so their gradients are sums over the steps.
   *
   * @param x the input of each step, {@code [rows, in]}
   * @param h the hidden state before the first step, then after each, {@code [rows, hidden]}
   * @param weightHh as PyTorch stores it: the transpose of W_hh
   * @param ofLast dE/dh of the last step
   */
  static OfSequence throughTime(Tensor[] x, Tensor[] h, Tensor weightHh, Tensor ofLast) {
    Tensor[] sums = new Tensor[x.length];
    Tensor ofWeightIh = Tensor.scalar(0);
    Tensor ofWeightHh = Tensor.scalar(0);
    Tensor ofBias = Tensor.scalar(0);
    Tensor ofState = ofLast;
    for (int t = x.length - 1; t >= 0; t--) {
      sums[t] = throughTanh(ofState, h[t + 1]);
      ofWeightIh = ofWeightIh.add(sums[t].transpose().matmul(x[t]));
      ofWeightHh = ofWeightHh.add(sums[t].transpose().matmul(h[t]));
      ofBias = ofBias.add(sums[t].sum(0));
      ofState = sums[t].matmul(weightHh);
    }
    return new OfSequence(ofWeightIh, ofWeightHh, ofBias, sums);
  }
}
