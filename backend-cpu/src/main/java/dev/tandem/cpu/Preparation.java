package dev.tandem.cpu;

import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the preparation of a schedule's kernels shares. Kernels reserve scratch memory while they
 * are constructed; what needs the memory itself is done in {@link #finish}, when all sizes are
 * known.
 *
 * @param slots the memory that kernels will be bound to
 * @param parallel the threads
 * @param shelf the arrays that matmuls pack their operands into
 * @param generated where hot expressions get a second form
 * @param scratch the working memory
 * @param pending what is left to do when there is memory
 */
record Preparation(
    Slots slots,
    Parallel parallel,
    MatmulWorkspace.Shelf shelf,
    GeneratedKernels generated,
    Scratch scratch,
    List<Runnable> pending) {

  /** The shortest piece of work worth handing to a thread. */
  private static final double NANOS_PER_CHUNK = 500;

  private static final int CHUNKS_PER_THREAD = 8;

  Preparation(
      Slots slots,
      Parallel parallel,
      MatmulWorkspace.Shelf shelf,
      GeneratedKernels generated,
      Scratch scratch) {
    this(slots, parallel, shelf, generated, scratch, new ArrayList<>());
  }

  /** Into how many chunks to cut {@code pieces} pieces of work that take {@code nanos} in all. */
  int chunks(long pieces, double nanos) {
    if (parallel.threads() == 1) {
      return 1;
    }
    double worthwhile = Math.min(nanos / NANOS_PER_CHUNK, parallel.threads() * CHUNKS_PER_THREAD);
    return (int) Math.max(1, Math.min(pieces, worthwhile));
  }

  /** A machine for each thread that can take part in {@code chunks} chunks of work. */
  StripMachine[] machines(StripProgram program, int chunks) {
    int participants = Math.min(parallel.threads(), chunks);
    StripMachine[] machines = new StripMachine[participants];
    long[] cells = new long[participants];
    for (int i = 0; i < participants; i++) {
      cells[i] = scratch.reserveCells(program.cells);
    }
    scratch.reserveArea(program.scratch, participants);
    pending.add(() -> {
      for (int i = 0; i < participants; i++) {
        machines[i] =
            new StripMachine(
                program, slots, scratch.cells(cells[i], program.cells), scratch.area(i));
      }
    });
    return machines;
  }

  /** A place of its own, dense over {@code shape}. */
  Operand place(int[] shape) {
    int elements = 1;
    for (int size : shape) {
      elements *= size;
    }
    return new Operand(slot(elements), 0, Operand.contiguous(shape));
  }

  /** Between the forms of a program that takes {@code nanos} in all. */
  GeneratedChoice choice(StripProgram program, StripMachine[] machines, double nanos) {
    return new GeneratedChoice(generated, program, machines, slots, nanos);
  }

  /** Memory that nobody else uses, {@code floats} for each of {@code count} threads. */
  MemorySegment[] cells(int floats, int count) {
    MemorySegment[] segments = new MemorySegment[count];
    Arrays.fill(segments, MemorySegment.NULL);
    for (int i = 0; i < count; i++) {
      int index = i;
      long place = scratch.reserveCells(floats);
      pending.add(() -> segments[index] = scratch.cells(place, floats));
    }
    return segments;
  }

  /** Memory for while a kernel runs, {@code floats} for each of {@code count} parts of its work. */
  MemorySegment[] parts(int floats, int count) {
    MemorySegment[] segments = new MemorySegment[count];
    Arrays.fill(segments, MemorySegment.NULL);
    scratch.reserveHall(Lanes.wholeLines(floats) * count);
    for (int i = 0; i < count; i++) {
      int index = i;
      long place = Lanes.wholeLines(floats) * index;
      pending.add(() -> segments[index] = scratch.hall(place, floats));
    }
    return segments;
  }

  /** A slot of the kernel's own, with memory behind it. */
  int slot(int elements) {
    int slot = slots.add(elements);
    long place = scratch.reserveCells(elements);
    pending.add(() -> slots.segments[slot] = scratch.cells(place, elements));
    return slot;
  }

  /** Creates what had to wait for the memory of {@link #scratch}. */
  void finish() {
    pending.forEach(Runnable::run);
    pending.clear();
  }
}
