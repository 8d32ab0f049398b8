package dev.tandem.benchmarks.contest;

import dev.tandem.backend.Backend;
import dev.tandem.optim.Sgd;

/** A training step prepared once: run, and the loss read. */
final class PreparedStep implements Work {

  private final Network network;
  private final dev.tandem.optim.PreparedStep step;
  private final float[] loss = new float[1]; // no object for each step, which would be counted
  private final Backend backend;

  PreparedStep(TrainingStep problem, float[][] inputs, Backend backend) {
    network = new Network(problem, inputs);
    step = new Sgd(network.model().parameters(), TrainingStep.RATE).prepare(network.loss());
    this.backend = backend;
  }

  @Override
  public Object run() {
    step.run();
    loss[0] = step.loss();
    return loss;
  }

  @Override
  public float[] result() {
    run();
    return network.values(loss[0]);
  }

  @Override
  public void close() {
    step.close();
    backend.close();
  }
}
