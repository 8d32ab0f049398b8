package dev.tandem.nn;

import dev.tandem.Tensor;

/** {@code max(x, 0)} as a layer, of any shape. */
public final class Relu extends Layer {

  /** The layer; it has no parameters. */
  public Relu() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.relu();
  }
}
