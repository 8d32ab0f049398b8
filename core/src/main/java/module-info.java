/** Tensors, gradients, schedules, the backend contract and the reference backend. */
module dev.tandem.core {
  requires static transitive org.jspecify;
}
