package dev.tandem.nn;

import dev.tandem.Tensor;

/** The hyperbolic tangent as a layer, of any shape. */
public final class Tanh extends Layer {

  /** The layer; it has no parameters. */
  public Tanh() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.tanh();
  }
}
