package dev.tandem.testing;

import dev.tandem.Generator;
import dev.tandem.Tensor;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Tanh;
import dev.tandem.optim.Adam;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network of two layers with its data, on the current backend: the same values each time. */
final class SmallNetwork {

  private final Generator generator = Generator.seeded(7);
  private final Tensor inputs = Tensor.randn(generator, 11, 3);
  private final Tensor targets = Tensor.randn(generator, 11, 2);

  final Linear first = new Linear(3, 5, generator);
  final Linear last = new Linear(5, 2, generator);
  final Sequential model = new Sequential(first, new Tanh(), last);

  /** One optimizer of each kind. */
  List<Optimizer> optimizers() {
    return List.of(
        new Sgd(model.parameters(), 0.05),
        new Sgd(model.parameters(), 0.05).withMomentum(0.9).withWeightDecay(0.01),
        new Adam(model.parameters(), 0.01));
  }

  Tensor loss() {
    return Mse.of(
        model.forward(inputs.to(first.weight().backend())), targets.to(first.weight().backend()));
  }

  /** Takes steps on all of the data. */
  void train(Optimizer optimizer, int steps) {
    for (int step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      loss().backward();
      optimizer.step();
    }
  }

  /** The gradients by name, of those that have one. */
  Map<String, float[]> gradients() {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    model
        .parameters()
        .forEach((name, parameter) -> {
          Tensor gradient = parameter.grad();
          if (gradient != null) {
            gradients.put(name, gradient.toArray());
          }
        });
    return gradients;
  }

  /** All parameters' values one after the other. */
  float[] weights() {
    List<Tensor> flat =
        model.parameters().values().stream()
            .map(parameter -> parameter.reshape(parameter.shape().elements()))
            .toList();
    return Tensor.concat(0, flat.toArray(Tensor[]::new)).toArray();
  }
}
