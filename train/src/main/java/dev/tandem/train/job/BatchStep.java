package dev.tandem.train.job;

import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.nn.Layer;
import dev.tandem.nn.Mse;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.PreparedStep;

/** A training step for batches of one size: compiled once, run with the rows of every batch. */
final class BatchStep implements AutoCloseable {

  private final float[] features;
  private final float[] targets;
  private final Parameter inputs; // [rows, width], frozen
  private final Parameter expected; // [rows, 1], frozen
  private final PreparedStep step;

  BatchStep(Layer model, Optimizer optimizer, int rows, int width) {
    features = new float[rows * width];
    targets = new float[rows];
    inputs = new Parameter(Tensor.zeros(rows, width)).named("inputs").requiresGrad(false);
    expected = new Parameter(Tensor.zeros(rows, 1)).named("targets").requiresGrad(false);
    step = optimizer.prepare(Mse.of(model.forward(inputs), expected));
  }

  /** Gives it the rows of a batch, which it keeps until it gets others. */
  void load(Batches batches, int index) {
    batches.copy(index, features, targets);
    inputs.set(features);
    expected.set(targets);
  }

  /** Takes a step; returns the loss before it. */
  float run() {
    step.run();
    return step.loss();
  }

  @Override
  public void close() {
    step.close();
    inputs.close();
    expected.close();
  }
}
