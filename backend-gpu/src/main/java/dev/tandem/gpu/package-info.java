/**
 * The GPU engine, on TornadoVM: the only place that knows it. A schedule becomes a {@code Program}
 * of tasks over a few arrays ({@code ProgramBuilder}, {@code Placement}), its kernels are generated
 * as Java bytecode ({@code ElementwiseKernel}, {@code ReductionKernel}, {@code MatmulKernel}, all
 * through {@code KernelCode}), and TornadoVM compiles that bytecode for the device ({@code
 * GpuPlan}). Start reading at {@code GpuExecutable}.
 */
@NullMarked
package dev.tandem.gpu;

import org.jspecify.annotations.NullMarked;
