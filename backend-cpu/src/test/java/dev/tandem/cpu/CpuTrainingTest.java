package dev.tandem.cpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.TrainingContract;

class CpuTrainingTest extends TrainingContract {

  @Override
  public Backend open(BackendOptions options) {
    return new CpuBackendProvider().open(options);
  }

  @Override
  public int manySteps() {
    return 1_000_000;
  }
}
