package dev.tandem.gpu;

/**
 * What a generated kernel computes, without any size. Equal sources have equal code, so that one
 * class serves both; see {@link KernelClasses}.
 */
sealed interface KernelSource
    permits ElementwiseKernel, ReductionKernel, MatmulKernel, ArrivalKernel {

  /** Writes the kernel's body after its duties. Falls through at the end. */
  void write(KernelCode kernel);
}
