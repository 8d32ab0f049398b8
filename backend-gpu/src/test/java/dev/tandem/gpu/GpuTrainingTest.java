package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.TrainingContract;

final class GpuTrainingTest extends TrainingContract {

  @Override
  public Backend open(BackendOptions options) {
    return GpuForTests.open(options);
  }

  @Override
  public int manySteps() {
    return 2_000;
  }
}
