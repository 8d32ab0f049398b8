package dev.tandem.train.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What stands between two layers. */
public enum Activation {
  RELU,
  TANH,
  SIGMOID;

  /** As written on the command line and in {@code model.json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Activation> named(String name) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst();
  }
}
