package dev.tandem.reference;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.testing.LazyEvaluationContract;

class ReferenceLazyEvaluationTest extends LazyEvaluationContract {

  @Override
  protected Backend backend() {
    return Backends.get("reference");
  }
}
