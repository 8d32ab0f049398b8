package dev.tandem.gpu;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** Whose values a seat of an executable holds. Guarded by the backend's lock. */
final class Guest {

  private @Nullable WeakReference<GpuBuffer> buffer;
  private long version;

  /** Null if there was none yet, or it is unreachable. */
  @Nullable GpuBuffer buffer() {
    return buffer == null ? null : buffer.get();
  }

  void take(GpuBuffer newcomer) {
    if (buffer() != newcomer) {
      buffer = new WeakReference<>(newcomer);
    }
    version = newcomer.version();
  }

  void leave() {
    buffer = null;
  }

  /** Whether the seat holds the values that a buffer has now. */
  boolean isCurrent(GpuBuffer wanted) {
    return buffer() == wanted && version == wanted.version();
  }
}
