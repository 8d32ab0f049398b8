package dev.tandem.gpu;

import dev.tandem.backend.Buffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A tensor's values. They have a place on the host, and after a run that wrote them the newer ones
 * are on the device, in the seat of an executable, until somebody asks for them. All fields but
 * those of the lease are guarded by the backend's lock.
 */
final class GpuBuffer extends Buffer {

  private final GpuBackend backend;
  private final GpuMemory.@Nullable Lease<HostBlock> lease; // null for shared memory
  private @Nullable MemorySegment shared;

  /** Counts changes of the values. */
  private long version;

  /** The executable on whose device side the only valid values are; null if the host's are. */
  private @Nullable GpuExecutable holder;

  private @Nullable Seat seat; // of the holder

  /** Whether the values went down with a run that failed. */
  private boolean lost;

  GpuBuffer(GpuBackend backend, int elements, GpuMemory memory) {
    super(backend, elements);
    this.backend = backend;
    long bytes = 4L * elements + 63 & ~63L;
    this.lease =
        memory.lease(
            this,
            GpuMemory.Place.HOST,
            bytes,
            "allocate",
            () -> HostBlock.allocate(bytes),
            HostBlock::close);
  }

  /** A buffer over memory that somebody else allocated. */
  GpuBuffer(GpuBackend backend, int elements, MemorySegment shared) {
    super(backend, elements);
    this.backend = backend;
    this.lease = null;
    this.shared = shared;
  }

  /**
   * The place on the host, exactly as long as the elements. Its contents are valid after {@link
   * #fetch()}.
   *
   * @throws IllegalStateException if it or its backend was closed
   */
  MemorySegment host() {
    HostBlock block = lease == null ? null : lease.resource();
    MemorySegment memory = block == null ? shared : block.memory();
    if (memory == null || backend.isClosed()) {
      throw new IllegalStateException("a closed buffer of " + elements() + " elements was used");
    }
    return memory.asSlice(0, 4L * elements());
  }

  /**
   * Makes the host's values valid, and returns them.
   *
   * @throws GpuFailure if they are lost, or the device does not give them
   */
  MemorySegment fetch() {
    MemorySegment host = host();
    if (lost) {
      throw GpuFailure.lost(elements());
    }
    GpuExecutable held = holder;
    if (held != null && seat != null) {
      held.fetch(seat, host);
      holder = null;
      seat = null;
    }
    return host;
  }

  long version() {
    return version;
  }

  /** Notes that the host's values are about to be replaced. */
  void changedOnHost() {
    version++;
    holder = null;
    seat = null;
    lost = false;
  }

  /** Notes that the only valid values are gone. */
  void lose() {
    holder = null;
    seat = null;
    lost = true;
  }

  /** Notes that a run has left new values in a seat. */
  void changedOnDevice(GpuExecutable executable, Seat seat) {
    version++;
    this.holder = executable;
    this.seat = seat;
    this.lost = false;
  }

  /** Whether the only valid values are in this seat of this executable. */
  boolean isOnlyIn(GpuExecutable executable, Seat seat) {
    return holder == executable && this.seat == seat;
  }

  @Override
  public boolean isClosed() {
    return backend.isClosed() || (lease == null ? shared == null : lease.resource() == null);
  }

  @Override
  public void close() {
    shared = null;
    if (lease != null) {
      lease.close();
    }
  }
}
