package dev.tandem.cpu;

import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;

/**
 * A compiled schedule: its kernels prepared, its temporaries and scratch in one block of memory. A
 * run binds the buffers, then runs one kernel after another; threads share the work inside a
 * kernel.
 */
final class CpuExecutable implements Executable {

  private final CpuBackend backend;
  private final Schedule schedule;
  private final Slots slots;
  private final Parallel parallel;
  private final PreparedKernel[] kernels;
  private final Lease lease;
  private final double nanos;
  private final int[] updates;
  private final boolean[] updated; // for each input
  private long runs;
  private boolean bound; // whether the slots are bound to buffers that passed every check
  private boolean closed;

  CpuExecutable(CpuBackend backend, Schedule schedule, Parallel parallel, MemoryPool pool) {
    this.backend = backend;
    this.schedule = schedule;
    this.parallel = parallel;
    this.slots = new Slots(schedule);
    this.updates = schedule.updates();
    this.updated = new boolean[schedule.inputs().length];
    for (int input : updates) {
      if (input >= 0) {
        updated[input] = true;
      }
    }
    Scratch scratch = new Scratch(schedule.temporaryBlock());
    Preparation preparation =
        new Preparation(slots, parallel, backend.shelf(), backend.generated(), scratch);
    List<PreparedKernel> prepared =
        schedule.kernels().stream().map(kernel -> prepare(kernel, preparation)).toList();
    this.kernels = SingleElementProgram.joined(prepared, slots).toArray(PreparedKernel[]::new);
    double sum = 0;
    for (PreparedKernel kernel : kernels) {
      sum += kernel.nanos();
    }
    this.nanos = sum;
    this.lease = pool.allocate(this, 4 * scratch.size());
    MemorySegment memory = lease.memory();
    for (int i = 0; i < schedule.temporaries().size(); i++) {
      Schedule.Temporary temporary = schedule.temporaries().get(i);
      slots.segments[schedule.firstTemporary() + i] =
          memory.asSlice(4 * temporary.offset(), 4 * Lanes.wholeLines(temporary.elements()));
    }
    scratch.bind(memory);
    preparation.finish();
  }

  private static PreparedKernel prepare(Kernel kernel, Preparation preparation) {
    return switch (kernel) {
      case Kernel.Elementwise it -> ElementwiseKernel.of(it, preparation);
      case Kernel.Reduction it -> ReductionKernel.of(it, preparation);
      case Kernel.Matmul it -> Matmul.of(it, preparation);
    };
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, float[] scalars) {
    backend.checkOpen("run");
    if (closed) {
      throw new IllegalStateException("run: the executable is closed");
    }
    checkCounts(inputs.length, outputs.length, scalars.length);
    if (!isBound(inputs, 0) || !isBound(outputs, inputs.length)) {
      bind(inputs, outputs);
    }
    slots.scalars = scalars;
    parallel.prepare(nanos);
    for (PreparedKernel kernel : kernels) {
      kernel.run();
    }
    // the memory of an unreachable buffer is reused: keep them all until here
    Reference.reachabilityFence(inputs);
    Reference.reachabilityFence(outputs);
    Reference.reachabilityFence(this);
  }

  /**
   * Whether these are the buffers of the last run and still open. Every buffer has a segment of its
   * own, so that one tells the other, and no buffer is kept reachable between runs.
   */
  @SuppressWarnings("MemorySegmentReferenceEquality") // equal segments may belong to two buffers
  private boolean isBound(Buffer[] buffers, int firstSlot) {
    if (!bound) {
      return false;
    }
    for (int i = 0; i < buffers.length; i++) {
      if (!(buffers[i] instanceof CpuBuffer own) || own.memory() != slots.segments[firstSlot + i]) {
        return false;
      }
    }
    return true;
  }

  private void bind(Buffer[] inputs, Buffer[] outputs) {
    int firstOutput = schedule.firstOutput();
    bound = false;
    runs++;
    for (int o = 0; o < outputs.length; o++) {
      CpuBuffer buffer = bind(firstOutput + o, outputs[o]);
      if (buffer.isWrittenBy(this, runs)) {
        throw shared("output %d is another output, too".formatted(o));
      }
      buffer.setWrittenBy(this, runs);
      int updated = updates[o];
      if (updated >= 0 && inputs[updated] != buffer) {
        throw shared("output %d updates input %d but is not its buffer".formatted(o, updated));
      }
    }
    for (int i = 0; i < inputs.length; i++) {
      CpuBuffer buffer = bind(i, inputs[i]);
      if (buffer.isWrittenBy(this, runs) && !updated[i]) {
        throw shared("input %d is an output, too".formatted(i));
      }
    }
    bound = true;
  }

  private CpuBuffer bind(int slot, Buffer buffer) {
    CpuBuffer own = backend.own(buffer, "run");
    if (own.elements() != slots.elements(slot)) {
      throw new IllegalArgumentException(
          "run: %s takes %d elements, the buffer has %d"
              .formatted(name(slot), slots.elements(slot), own.elements()));
    }
    slots.segments[slot] = own.memory();
    return own;
  }

  private String name(int slot) {
    int firstOutput = schedule.firstOutput();
    return slot < firstOutput ? "input " + slot : "output " + (slot - firstOutput);
  }

  private static IllegalArgumentException shared(String what) {
    return new IllegalArgumentException(
        "run: %s; only an output that updates an input shares its buffer".formatted(what));
  }

  private void checkCounts(int inputs, int outputs, int scalars) {
    if (inputs != schedule.inputs().length
        || outputs != schedule.outputs().length
        || scalars != schedule.scalars()) {
      throw new IllegalArgumentException(
          "run: %d inputs, %d outputs and %d scalars for a schedule of %d, %d and %d"
              .formatted(
                  inputs,
                  outputs,
                  scalars,
                  schedule.inputs().length,
                  schedule.outputs().length,
                  schedule.scalars()));
    }
  }

  @Override
  public void close() {
    closed = true;
    lease.close();
  }
}
