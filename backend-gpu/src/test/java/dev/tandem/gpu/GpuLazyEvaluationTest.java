package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.LazyEvaluationContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class GpuLazyEvaluationTest extends LazyEvaluationContract {

  private Backend backend;

  @BeforeAll
  void openBackend() {
    backend = GpuForTests.open(BackendOptions.DEFAULT);
  }

  @AfterAll
  void closeBackend() {
    if (backend != null) {
      backend.close();
    }
  }

  @Override
  protected Backend backend() {
    return backend;
  }

  @Override
  protected int graphs() {
    return 8;
  }
}
