/**
 * The GPU engine, on TornadoVM: the only place that knows it. A schedule becomes a {@code Program}
 * of tasks over a few arrays ({@code ProgramBuilder}, {@code Placement}); its kernels are generated
 * as Java bytecode ({@code ElementwiseKernel}, {@code ReductionKernel}, {@code MatmulKernel}, all
 * through {@code KernelCode}); {@code PlanGraphs} hands both to TornadoVM, which compiles them for
 * the device, and {@code GpuPlan} runs them and checks that they ran. {@code GpuExecutable} and
 * {@code GpuBuffer} know where the newest values are. Whether there is a device at all is found out
 * by {@code GpuProbe}. Start reading at {@code GpuExecutable}.
 */
@NullMarked
package dev.tandem.gpu;

import org.jspecify.annotations.NullMarked;
