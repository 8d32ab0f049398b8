/** Tensors, gradients, schedules, the backend contract and the reference backend. */
module dev.tandem.core {
  requires static transitive org.jspecify;

  exports dev.tandem;
  exports dev.tandem.backend;
  exports dev.tandem.io;
  exports dev.tandem.nn;
  exports dev.tandem.optim;
  exports dev.tandem.schedule;

  uses dev.tandem.backend.BackendProvider;

  provides dev.tandem.backend.BackendProvider with
      dev.tandem.reference.ReferenceBackendProvider;
}
