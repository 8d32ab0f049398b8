package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests that share one GPU engine, and are skipped where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnGpu {

  private Backend backend;

  public Backend open(BackendOptions options) {
    return GpuForTests.open(options);
  }

  public Backend backend() {
    return backend;
  }

  @BeforeAll
  void openBackend() {
    backend = open(BackendOptions.DEFAULT);
  }

  @AfterAll
  void closeBackend() {
    if (backend != null) {
      backend.close();
    }
  }
}
