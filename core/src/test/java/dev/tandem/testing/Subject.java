package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;

/** A backend under test. */
public interface Subject {

  /** One for all tests of a class, with default options. Tests leave it open. */
  Backend backend();

  /** A new one, which the caller closes. */
  Backend open(BackendOptions options);
}
