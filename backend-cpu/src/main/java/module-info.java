/** The CPU engine: every kernel of a schedule with the Vector API. */
module dev.tandem.cpu {
  requires static transitive org.jspecify;
  requires transitive dev.tandem.core;
  requires jdk.incubator.vector;
  requires jdk.management;

  provides dev.tandem.backend.BackendProvider with
      dev.tandem.cpu.CpuBackendProvider;
}
