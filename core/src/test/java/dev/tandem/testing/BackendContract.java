package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend must do; a subclass for each backend says how to open it. The tests are in the
 * interfaces: storage, lifetime, single kernels and whole schedules, whose judge is a fresh
 * reference backend; then tensors on top of it, judged by PyTorch's values and by the reference.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract
    implements BufferContract,
        LifetimeContract,
        KernelContract,
        ScheduleContract,
        GoldenFunctionsContract,
        GoldenContract,
        GradientContract {

  private Backend backend;

  /** A new backend, which the caller closes. */
  @Override
  public abstract Backend open(BackendOptions options);

  @Override
  public Backend backend() {
    return backend;
  }

  @BeforeAll
  void openBackend() {
    backend = open(BackendOptions.DEFAULT);
  }

  @AfterAll
  void closeBackend() {
    if (backend != null) { // where it cannot run, the tests are skipped
      backend.close();
    }
  }
}
