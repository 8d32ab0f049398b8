package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.LazyEvaluationContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class GpuLazyEvaluationTest extends LazyEvaluationContract {

  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = GpuForTests.open(BackendOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
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
