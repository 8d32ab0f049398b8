package dev.tandem.benchmarks.contest;

import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Tanh;
import java.util.Collection;

/** The model of a training step, with its data, on the current backend. */
final class Network {

  private final TrainingStep step;
  private final Sequential model = new Sequential();
  private final Tensor data;
  private final Tensor targets;

  Network(TrainingStep step, float[][] inputs) {
    this.step = step;
    int[] widths = step.widths();
    Generator generator = Generator.seeded(1);
    for (int i = 0; i < step.layers(); i++) {
      if (i > 0) {
        model.add("tanh" + i, new Tanh());
      }
      model.add("linear" + i, new Linear(widths[i], widths[i + 1], generator));
    }
    int next = 2;
    for (Parameter parameter : parameters()) {
      parameter.set(inputs[next++]);
    }
    data = Tensor.of(inputs[0], step.batch(), widths[0]);
    targets = Tensor.of(inputs[1], step.batch(), widths[step.layers()]);
  }

  Sequential model() {
    return model;
  }

  Collection<Parameter> parameters() {
    return model.parameters().values();
  }

  Tensor loss() {
    return Mse.of(model.forward(data), targets);
  }

  float[] values(float loss) {
    return step.joined(parameters().stream().map(Tensor::toArray).toArray(float[][]::new), loss);
  }
}
