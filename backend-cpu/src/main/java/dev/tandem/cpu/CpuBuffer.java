package dev.tandem.cpu;

import dev.tandem.backend.Buffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A tensor's values in native memory: leased from the pool, or shared with somebody else. */
final class CpuBuffer extends Buffer {

  private final CpuBackend backend;
  private @Nullable MemorySegment memory; // whole cache lines; null once closed
  private final @Nullable Lease lease; // null for shared memory

  // the last run that had it among its outputs
  private @Nullable CpuExecutable writer;
  private long run;

  CpuBuffer(CpuBackend backend, int elements, MemoryPool pool) {
    super(backend, elements);
    this.backend = backend;
    long bytes = 4 * Lanes.wholeLines(elements);
    this.lease = pool.allocate(this, bytes);
    this.memory = lease.memory().asSlice(0, bytes);
  }

  /** A buffer over memory that somebody else allocated: 64-byte aligned, whole cache lines. */
  CpuBuffer(CpuBackend backend, int elements, MemorySegment shared) {
    super(backend, elements);
    this.backend = backend;
    this.lease = null;
    this.memory = shared;
  }

  /**
   * Its values, followed by the padding.
   *
   * @throws IllegalStateException if it or its backend was closed
   */
  MemorySegment memory() {
    MemorySegment open = memory;
    if (open == null) {
      throw new IllegalStateException("a closed buffer of " + elements() + " elements was used");
    }
    return open;
  }

  /** Notes that a run has it among its outputs. */
  void setWrittenBy(CpuExecutable executable, long run) {
    this.writer = executable;
    this.run = run;
  }

  /** Whether this run was the last to have it among its outputs. */
  boolean isWrittenBy(CpuExecutable executable, long run) {
    return this.writer == executable && this.run == run;
  }

  @Override
  public boolean isClosed() {
    return memory == null || backend.isClosed();
  }

  @Override
  public void close() {
    memory = null;
    if (lease != null) {
      lease.close();
    }
  }
}
