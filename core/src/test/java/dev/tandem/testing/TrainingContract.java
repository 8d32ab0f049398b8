package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Training on a backend: layers, optimizers and the loop around them, against PyTorch's numbers and
 * against formulas written out. A subclass for each backend says how to open it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OnBackend.class)
public abstract class TrainingContract
    implements LayerContract, OptimizerContract, TrainingLoopContract, TrainingStateContract {

  private Backend backend;

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
