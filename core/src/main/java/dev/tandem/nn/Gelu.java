package dev.tandem.nn;

import dev.tandem.Tensor;

/** {@link Tensor#gelu}, the exact form, as a layer, of any shape. */
public final class Gelu extends Layer {

  /** The layer; it has no parameters. */
  public Gelu() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.gelu();
  }
}
