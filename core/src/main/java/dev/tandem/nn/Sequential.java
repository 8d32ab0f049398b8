package dev.tandem.nn;

import dev.tandem.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Layers one after the other, each fed with the output of the one before. */
public final class Sequential extends Layer {

  private final List<Layer> layers = new ArrayList<>();

  /** Layers named 0, 1, 2 and so on; without any, the input is the output. */
  public Sequential(Layer... layers) {
    for (int i = 0; i < layers.length; i++) {
      add(Integer.toString(i), layers[i]);
    }
  }

  /**
   * Appends a layer under a name of its own.
   *
   * @return this
   * @throws IllegalArgumentException if the name is taken, empty or contains a dot
   */
  public Sequential add(String name, Layer layer) {
    layers.add(module(name, layer));
    return this;
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor output = input;
    for (Layer layer : layers) {
      output = layer.forward(output);
    }
    return output;
  }
}
