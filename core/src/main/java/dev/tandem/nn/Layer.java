package dev.tandem.nn;

import dev.tandem.Tensor;

/** A module that makes one tensor of another, and so can stand in a {@link Sequential}. */
public abstract class Layer extends Module {

  /** A layer without any parts yet. */
  protected Layer() {}

  /** Describes the output for an input; like every operation this computes nothing yet. */
  public abstract Tensor forward(Tensor input);
}
