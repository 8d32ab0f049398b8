package dev.tandem.cpu;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.testing.LazyEvaluationContract;

class CpuLazyEvaluationTest extends LazyEvaluationContract {

  @Override
  protected Backend backend() {
    return Backends.get("cpu");
  }
}
