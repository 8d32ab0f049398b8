package dev.tandem.gpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.backend.RunTimes;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The GPU engine's door: checks what comes in, and lets one thread at a time through to TornadoVM.
 */
final class GpuBackend implements Backend {

  private final GpuSite site;
  private final Thread anotherThread = Thread.ofPlatform().unstarted(() -> {});
  private volatile boolean closed;

  GpuBackend(GpuDevice device, GpuSettings settings, BackendOptions options) {
    this.site = GpuSite.of(device, settings, options);
  }

  @Override
  public String name() {
    return GpuBackendProvider.NAME;
  }

  /** With what executables hold on it now. */
  @Override
  public Device device() {
    checkOpen("device");
    return site.device()
        .description("memory in use", "%,d bytes".formatted(site.memory().onDevice()));
  }

  @Override
  public Buffer allocate(int elements) {
    checkOpen("allocate");
    if (elements < 0) {
      throw new IllegalArgumentException("allocate: %d elements".formatted(elements));
    }
    return new GpuBuffer(this, elements, site.memory());
  }

  /** Shares native memory as the buffer's place on the host; the device has its own copy. */
  @Override
  public @Nullable Buffer share(MemorySegment source, int elements) {
    checkOpen("share");
    long bytes = 4L * elements + 63 & ~63L;
    boolean fits =
        source.isNative()
            && !source.isMapped()
            && source.address() % HostBlock.ALIGNMENT == 0
            && source.byteSize() >= bytes
            && source.isAccessibleBy(anotherThread);
    return fits ? new GpuBuffer(this, elements, source.asSlice(0, bytes)) : null;
  }

  @Override
  public void upload(MemorySegment source, Buffer target) {
    checkOpen("upload");
    GpuBuffer buffer = own(target, "upload");
    checkSize(source, target, "upload");
    lock().lock();
    try {
      MemorySegment host = buffer.host();
      buffer.changedOnHost();
      host.copyFrom(source);
    } finally {
      lock().unlock();
      Reference.reachabilityFence(buffer);
    }
  }

  @Override
  public void download(Buffer source, MemorySegment target) {
    checkOpen("download");
    GpuBuffer buffer = own(source, "download");
    checkSize(target, source, "download");
    lock().lock();
    try {
      target.copyFrom(buffer.fetch());
    } finally {
      lock().unlock();
      Reference.reachabilityFence(buffer);
    }
  }

  private static void checkSize(MemorySegment segment, Buffer buffer, String operation) {
    long bytes = 4L * buffer.elements();
    if (segment.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%s: a segment of %d bytes for a buffer of %d elements, which has %d bytes"
              .formatted(operation, segment.byteSize(), buffer.elements(), bytes));
    }
  }

  @Override
  public Executable compile(Schedule schedule) {
    checkOpen("compile");
    return new GpuExecutable(this, schedule, site);
  }

  @Override
  public MemoryUse memory() {
    checkOpen("memory");
    return site.memory().use();
  }

  @Override
  public @Nullable RunTimes times() {
    GpuClock clock = site.clock();
    return clock == null ? null : clock.times();
  }

  /** The buffer as one of this backend, or an exception that names the operation. */
  GpuBuffer own(Buffer buffer, String operation) {
    if (buffer instanceof GpuBuffer own && own.backend() == this) {
      return own;
    }
    throw new IllegalArgumentException(
        "%s: a buffer of another backend (%s) was given to %s; copy its values over with download and upload"
            .formatted(operation, buffer.backend().name(), name()));
  }

  /** Held by whoever talks to TornadoVM or looks at where a buffer's values are. */
  ReentrantLock lock() {
    return site.lock();
  }

  boolean isClosed() {
    return closed;
  }

  void checkOpen(String operation) {
    if (closed) {
      throw new IllegalStateException(operation + ": the gpu backend is closed");
    }
  }

  @Override
  public void close() {
    lock().lock();
    try {
      closed = true;
      site.memory().closeAll();
    } finally {
      lock().unlock();
    }
  }
}
