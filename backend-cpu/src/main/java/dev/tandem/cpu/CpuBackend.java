package dev.tandem.cpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** The CPU engine's door: checks what comes in and owns the memory and the threads. */
final class CpuBackend implements Backend {

  private final MemoryPool pool;
  private final Parallel parallel;
  private final MatmulWorkspace.Shelf shelf = new MatmulWorkspace.Shelf();
  private final GeneratedKernels generated;
  private final Device device;
  private volatile boolean closed;

  CpuBackend(BackendOptions options) {
    this(options, new GeneratedKernels());
  }

  /**
   * @param generated closed with this backend
   */
  CpuBackend(BackendOptions options, GeneratedKernels generated) {
    Priming.run();
    int threads = options.threads() == 0 ? CpuFacts.cores() : options.threads();
    long limit = options.memoryLimit() == 0 ? CpuFacts.memoryLimit() : options.memoryLimit();
    this.pool = new MemoryPool(limit);
    this.parallel = new Parallel(threads);
    this.generated = generated;
    this.device = CpuFacts.device(threads);
  }

  @Override
  public String name() {
    return CpuBackendProvider.NAME;
  }

  @Override
  public Device device() {
    checkOpen("device");
    return device;
  }

  @Override
  public Buffer allocate(int elements) {
    checkOpen("allocate");
    if (elements < 0) {
      throw new IllegalArgumentException("allocate: %d elements".formatted(elements));
    }
    return new CpuBuffer(this, elements, pool);
  }

  /**
   * Shares native memory. A mapped file is not shared: somebody else could shorten it, and touching
   * what is gone ends the process.
   */
  @Override
  public @Nullable Buffer share(MemorySegment source, int elements) {
    checkOpen("share");
    long bytes = 4 * Lanes.wholeLines(elements);
    boolean fits =
        OffHeap.isKnown(source)
            && !source.isMapped()
            && source.address() % MemoryPool.ALIGNMENT == 0
            && source.byteSize() >= bytes;
    if (!fits || !source.isAccessibleBy(parallel.anotherThread())) {
      return null;
    }
    return new CpuBuffer(this, elements, source.asSlice(0, bytes));
  }

  @Override
  public void upload(MemorySegment source, Buffer target) {
    checkOpen("upload");
    CpuBuffer buffer = own(target, "upload");
    long bytes = checkSize(source, target, "upload");
    MemorySegment.copy(source, 0, buffer.memory(), 0, bytes);
    Reference.reachabilityFence(buffer);
  }

  @Override
  public void download(Buffer source, MemorySegment target) {
    checkOpen("download");
    CpuBuffer buffer = own(source, "download");
    long bytes = checkSize(target, source, "download");
    MemorySegment.copy(buffer.memory(), 0, target, 0, bytes);
    Reference.reachabilityFence(buffer);
  }

  private static long checkSize(MemorySegment segment, Buffer buffer, String operation) {
    long bytes = 4L * buffer.elements();
    if (segment.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%s: a segment of %d bytes for a buffer of %d elements, which has %d bytes"
              .formatted(operation, segment.byteSize(), buffer.elements(), bytes));
    }
    return bytes;
  }

  @Override
  public Executable compile(Schedule schedule) {
    checkOpen("compile");
    return new CpuExecutable(this, schedule, parallel, pool);
  }

  @Override
  public MemoryUse memory() {
    checkOpen("memory");
    return pool.use();
  }

  /** The buffer as one of this backend, or an exception that names the operation. */
  CpuBuffer own(Buffer buffer, String operation) {
    if (buffer instanceof CpuBuffer own && own.backend() == this) {
      return own;
    }
    throw new IllegalArgumentException(
        "%s: a buffer of another backend (%s) was given to %s; copy its values over with download and upload"
            .formatted(operation, buffer.backend().name(), name()));
  }

  /** The working memory of matmuls. */
  MatmulWorkspace.Shelf shelf() {
    return shelf;
  }

  /** Where hot expressions get their second form. */
  GeneratedKernels generated() {
    return generated;
  }

  boolean isClosed() {
    return closed;
  }

  void checkOpen(String operation) {
    if (closed) {
      throw new IllegalStateException(operation + ": the cpu backend is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    generated.close();
    parallel.close();
    pool.close();
  }
}
