package dev.tandem.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.tandem.benchmarks.contest.TrainingStep;
import dev.tandem.benchmarks.contest.Work;

/** A training step with PyTorch's automatic gradients. */
final class PyTorchStep implements Work {

  private final TrainingStep step;
  private final NDManager manager;
  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDArray data;
  private final NDArray targets;
  private final NDArray[] parameters; // weight [out, in], bias [out], for each layer

  PyTorchStep(TrainingStep step, float[][] inputs, NDManager manager) {
    this.step = step;
    this.manager = manager;
    int[] widths = step.widths();
    data = manager.create(inputs[0], new Shape(step.batch(), widths[0]));
    targets = manager.create(inputs[1], new Shape(step.batch(), widths[step.layers()]));
    parameters = new NDArray[2 * step.layers()];
    for (int i = 0; i < step.layers(); i++) {
      Shape shape = new Shape(widths[i + 1], widths[i]);
      parameters[2 * i] = manager.create(inputs[2 + 2 * i], shape);
      parameters[2 * i + 1] = manager.create(inputs[3 + 2 * i]);
    }
    for (NDArray parameter : parameters) {
      parameter.setRequiresGradient(true);
    }
  }

  @Override
  public Object run() {
    return step();
  }

  private float step() {
    try (NDManager scope = manager.newSubManager()) {
      data.tempAttach(scope);
      targets.tempAttach(scope);
      for (NDArray parameter : parameters) {
        parameter.tempAttach(scope);
      }
      NDArray loss;
      try (GradientCollector collector = engine.newGradientCollector()) {
        loss = targets.sub(forward()).square().mean();
        collector.backward(loss);
      }
      for (NDArray parameter : parameters) {
        parameter.subi(parameter.getGradient().mul(TrainingStep.RATE));
      }
      return loss.getFloat();
    }
  }

  private NDArray forward() {
    NDArray y = data;
    for (int i = 0; i < parameters.length; i += 2) {
      y = y.matMul(parameters[i].transpose()).add(parameters[i + 1]);
      y = i + 2 < parameters.length ? y.tanh() : y;
    }
    return y;
  }

  @Override
  public float[] result() {
    float loss = step();
    float[][] values = new float[parameters.length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = parameters[i].toFloatArray();
    }
    return step.joined(values, loss);
  }

  @Override
  public void close() {
    manager.close();
  }
}
