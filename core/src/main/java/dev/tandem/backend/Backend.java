package dev.tandem.backend;

import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An engine: it stores float32 values and runs {@link Schedule}s over them. This interface is the
 * whole contract; {@code BackendContract} in the tests of this module checks it.
 *
 * <p>Every method may be called from any thread. A backend that has been closed answers every call
 * but {@link #close()}, {@link #name()} and {@link #times()} with {@link IllegalStateException}.
 */
public interface Backend extends AutoCloseable {

  /** The name it is asked for by: {@code cpu}, {@code gpu}, {@code reference}. */
  String name();

  /** What it runs on. */
  Device device();

  /**
   * A buffer with arbitrary contents. It is returned to this backend by {@link Buffer#close()}, or
   * when the buffer object has become unreachable.
   *
   * @param elements how many float32 values it holds; 0 is allowed
   * @throws MemoryLimitException if the memory limit or the memory of the device would be exceeded;
   *     the backend stays usable
   * @throws IllegalArgumentException if {@code elements} is negative
   */
  Buffer allocate(int elements);

  /**
   * A buffer that shares the memory of {@code source} instead of copying it, or null where this
   * backend cannot. Sharing asks for native memory, 64-byte aligned, accessible by every thread and
   * as long as {@code elements} rounded up to the next multiple of 16. The buffer keeps the segment
   * reachable; the caller promises neither to change nor to free it while the buffer is in use.
   */
  default @Nullable Buffer share(MemorySegment source, int elements) {
    return null;
  }

  /**
   * Copies values into a buffer.
   *
   * @param source heap or native memory of exactly {@code 4 * target.elements()} bytes, native
   *     order
   * @throws IllegalArgumentException if the sizes differ or the buffer belongs to another backend
   * @throws IllegalStateException if the buffer is closed
   */
  void upload(MemorySegment source, Buffer target);

  /**
   * Copies values out of a buffer.
   *
   * @param target heap or native memory of exactly {@code 4 * source.elements()} bytes, native
   *     order
   * @throws IllegalArgumentException if the sizes differ or the buffer belongs to another backend
   * @throws IllegalStateException if the buffer is closed
   */
  void download(Buffer source, MemorySegment target);

  /**
   * Makes a schedule runnable. Costs milliseconds at most on a CPU and up to seconds on a GPU,
   * which is why the caller keeps the result.
   *
   * @throws MemoryLimitException if the temporaries do not fit
   */
  Executable compile(Schedule schedule);

  /** Memory held now, and the limit. */
  MemoryUse memory();

  /**
   * Where the time of all runs so far went; null where that is not measured. A backend whose device
   * is apart from the processor measures it if it was started {@link BackendOptions#withTimes()}.
   */
  default @Nullable RunTimes times() {
    return null;
  }

  /** Releases everything. Buffers and executables of this backend are unusable afterwards. */
  @Override
  void close();
}
