package dev.tandem.gpu;

/** A kernel without work of its own: it only has the duty to look at what has arrived. */
record ArrivalKernel() implements KernelSource {

  @Override
  public void write(KernelCode kernel) {}
}
