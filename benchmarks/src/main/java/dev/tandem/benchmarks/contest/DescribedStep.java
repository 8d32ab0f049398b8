package dev.tandem.benchmarks.contest;

import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.optim.Sgd;

/** A training step as most programs write it. */
final class DescribedStep implements Work {

  private final Network network;
  private final Sgd optimizer;
  private final Backend backend;

  DescribedStep(TrainingStep step, float[][] inputs, Backend backend) {
    network = new Network(step, inputs);
    optimizer = new Sgd(network.model().parameters(), TrainingStep.RATE);
    this.backend = backend;
  }

  @Override
  public Object run() {
    return step();
  }

  private float step() {
    optimizer.zeroGrad();
    Tensor loss = network.loss();
    loss.backward();
    optimizer.step();
    return loss.item();
  }

  @Override
  public float[] result() {
    return network.values(step());
  }

  @Override
  public void close() {
    backend.close();
  }
}
