package dev.tandem.train.job;

import java.util.Locale;

/** How parameters follow their gradients. */
public enum OptimizerKind {
  ADAM,
  SGD;

  /** As written on the command line and in {@code model.json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
