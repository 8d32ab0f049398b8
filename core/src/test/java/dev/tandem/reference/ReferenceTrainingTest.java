package dev.tandem.reference;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.TrainingContract;

class ReferenceTrainingTest extends TrainingContract {

  @Override
  public Backend open(BackendOptions options) {
    return new ReferenceBackendProvider().open(options);
  }
}
