package dev.tandem.testing;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import java.util.function.Supplier;

/** A backend under test. */
public interface Subject {

  /** One for all tests of a class, with default options. Tests leave it open. */
  Backend backend();

  /** A new one, which the caller closes. */
  Backend open(BackendOptions options);

  /** Computes something with tensors of the backend under test. */
  default <T> T here(Supplier<T> code) {
    return Backends.with(backend(), code);
  }
}
