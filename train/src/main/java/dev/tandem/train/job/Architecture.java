package dev.tandem.train.job;

import dev.tandem.Generator;
import dev.tandem.nn.Layer;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Relu;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Sigmoid;
import dev.tandem.nn.Tanh;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The form of a network with one output.
 *
 * @param inputs features in a row
 * @param hidden widths of the hidden layers; empty for a linear model
 * @param activation between the layers; of no effect in a linear model
 */
public record Architecture(int inputs, List<Integer> hidden, Activation activation) {
  public Architecture {
    hidden = List.copyOf(hidden);
  }

  /** Without hidden layers. */
  public static Architecture linear(int inputs) {
    return new Architecture(inputs, List.of(), Activation.RELU);
  }

  /** Whether it has no hidden layers. */
  public boolean isLinear() {
    return hidden.isEmpty();
  }

  /**
   * A network of this form, its parameters initialised as PyTorch does. They are named as PyTorch
   * names those of the same network: {@code weight} and {@code bias} of a linear model, {@code
   * 0.weight} and so on of a sequence.
   */
  Layer build(Generator generator) {
    if (isLinear()) {
      return new Linear(inputs, 1, generator);
    }
    List<Layer> layers = new ArrayList<>();
    int width = inputs;
    for (int next : hidden) {
      layers.add(new Linear(width, next, generator));
      layers.add(
          switch (activation) {
            case RELU -> new Relu();
            case TANH -> new Tanh();
            case SIGMOID -> new Sigmoid();
          });
      width = next;
    }
    layers.add(new Linear(width, 1, generator));
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** How many numbers are learnt. */
  long parameters() {
    long count = 0;
    long width = inputs;
    for (int next : hidden) {
      count += (width + 1) * next;
      width = next;
    }
    return count + width + 1;
  }

  /** For a person: {@code linear model, 10 inputs}. */
  @Override
  public String toString() {
    return isLinear()
        ? "linear model with %d inputs".formatted(inputs)
        : "network %d-%s-1 with %s"
            .formatted(
                inputs,
                hidden.stream().map(String::valueOf).collect(Collectors.joining("-")),
                activation);
  }
}
