package dev.tandem.benchmarks.contest;

import dev.tandem.Evaluation;
import dev.tandem.Gradients;
import dev.tandem.Parameter;
import dev.tandem.PreparedEvaluation;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import java.util.List;

/** A training step prepared once: run, and the loss read. */
final class PreparedStep implements Work {

  private final Network network;
  private final PreparedEvaluation evaluation;
  private final Backend backend;

  PreparedStep(TrainingStep step, float[][] inputs, Backend backend) {
    network = new Network(step, inputs);
    Tensor loss = network.loss();
    Parameter[] parameters = network.parameters().toArray(Parameter[]::new);
    List<Tensor> gradients = Gradients.of(loss, parameters);
    Evaluation update = Evaluation.of(loss);
    for (int i = 0; i < parameters.length; i++) {
      Tensor change = gradients.get(i).mul(TrainingStep.RATE);
      update.assign(parameters[i], parameters[i].sub(change));
    }
    evaluation = update.prepare();
    this.backend = backend;
  }

  @Override
  public Object run() {
    return step();
  }

  private float step() {
    evaluation.run();
    return evaluation.item(0);
  }

  @Override
  public float[] result() {
    return network.values(step());
  }

  @Override
  public void close() {
    evaluation.close();
    backend.close();
  }
}
