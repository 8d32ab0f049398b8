package dev.tandem.nn;

import dev.tandem.Tensor;

/** {@code 1 / (1 + exp(-x))} as a layer, of any shape. */
public final class Sigmoid extends Layer {

  /** The layer; it has no parameters. */
  public Sigmoid() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.sigmoid();
  }
}
