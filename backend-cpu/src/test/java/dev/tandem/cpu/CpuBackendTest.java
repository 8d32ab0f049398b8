package dev.tandem.cpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.BackendContract;

class CpuBackendTest extends BackendContract {

  @Override
  public Backend open(BackendOptions options) {
    return new CpuBackendProvider().open(options);
  }
}
