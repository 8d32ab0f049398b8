/**
 * The CPU engine. {@link dev.tandem.cpu.CpuBackend} is the door; {@link
 * dev.tandem.cpu.CpuExecutable} turns a schedule into prepared kernels and is the place to start
 * reading. Each kind of kernel has a room: {@code ElementwiseKernel}, {@code ReductionKernel} and
 * {@code Matmul}, each of which chooses among several ways by shape. The first two, and the
 * epilogue of the third, evaluate their expressions strip by strip in a {@code StripMachine}, whose
 * primitives ({@code UnaryLoops}, {@code BinaryLoops}, ...) are one small Vector API loop each.
 * Expressions that prove hot get a class of their own: {@code GeneratedChoice} decides, {@code
 * GeneratedKernels} makes them in a thread of its own, {@code GeneratedCode} writes them. {@code
 * Parallel} is the room with the threads that compute, {@code MemoryPool} the only one that
 * allocates tensor storage.
 */
@NullMarked
package dev.tandem.cpu;

import org.jspecify.annotations.NullMarked;
