package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.testing.BackendContract;

/** The GPU engine keeps the contract of a backend. */
final class GpuBackendTest extends BackendContract {

  @Override
  public Backend open(BackendOptions options) {
    return GpuForTests.open(options);
  }
}
