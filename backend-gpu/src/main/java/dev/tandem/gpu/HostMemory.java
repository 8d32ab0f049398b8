package dev.tandem.gpu;

import dev.tandem.backend.MemoryLimitException;
import dev.tandem.backend.MemoryUse;
import java.lang.ref.Cleaner;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps count of what takes memory for one backend: buffers on the host, executables on the device.
 * Nothing is cached. Safe for use by several threads.
 */
final class HostMemory {

  private static final int MILLISECONDS_FOR_CLEANING = 200;
  private static final Cleaner CLEANER = Cleaner.create();

  /** Something that is released by {@link #close()}, or when its owner has become unreachable. */
  final class Lease<T> implements AutoCloseable, Runnable {

    private final long bytes;
    private final Consumer<T> release;
    private volatile @Nullable T resource;

    private Lease(long bytes, T resource, Consumer<T> release) {
      this.bytes = bytes;
      this.release = release;
      this.resource = resource;
    }

    /** The thing, or null if it was released. */
    @Nullable T resource() {
      return resource;
    }

    @Override
    public void close() {
      T released;
      synchronized (HostMemory.this) {
        released = resource;
        if (released == null) {
          return;
        }
        resource = null;
        leases.remove(this);
      }
      try {
        release.accept(released);
      } finally {
        give(bytes);
      }
    }

    @Override
    public void run() {
      close();
    }
  }

  private final long limit;
  private final Set<Lease<?>> leases = new HashSet<>();
  private long live;

  /**
   * Counts up to a limit.
   *
   * @param limit in bytes
   */
  HostMemory(long limit) {
    this.limit = limit;
  }

  /**
   * Acquires something for as long as {@code owner} is reachable.
   *
   * @param operation named in the exception
   * @param release must not refer to the owner
   * @throws MemoryLimitException if the limit would be exceeded, or there is no such memory
   */
  <T> Lease<T> lease(
      Object owner, long bytes, String operation, Supplier<T> acquire, Consumer<T> release) {
    reserve(bytes, operation);
    Lease<T> lease = null;
    try {
      lease = new Lease<>(bytes, acquire.get(), release);
    } catch (OutOfMemoryError tooLittle) {
      throw new MemoryLimitException(
          "%s: the host has no room for %,d bytes of native memory; start Java with a greater -XX:MaxDirectMemorySize or hold fewer tensors"
              .formatted(operation, bytes));
    } finally {
      if (lease == null) {
        give(bytes);
      }
    }
    synchronized (this) {
      leases.add(lease);
    }
    CLEANER.register(owner, lease);
    return lease;
  }

  private void reserve(long bytes, String operation) {
    if (take(bytes)) {
      return;
    }
    if (bytes <= limit && hasRoomAfterCleaning(bytes)) {
      return;
    }
    MemoryUse use = use();
    throw new MemoryLimitException(
        "%s: %,d bytes are needed on the gpu backend, but %,d of its limit of %,d bytes are in use; close tensors, or open it with a greater memory limit"
            .formatted(operation, bytes, use.live(), use.limit()));
  }

  /** Takes the room if it appears once owners that nobody can reach any more have been found. */
  private boolean hasRoomAfterCleaning(long bytes) {
    System.gc();
    try {
      for (int waited = 0; waited < MILLISECONDS_FOR_CLEANING; waited++) {
        if (take(bytes)) {
          return true;
        }
        Thread.sleep(1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private synchronized boolean take(long bytes) {
    if (bytes > limit - live) {
      return false;
    }
    live += bytes;
    return true;
  }

  private synchronized void give(long bytes) {
    live -= bytes;
  }

  synchronized MemoryUse use() {
    return new MemoryUse(live, 0, limit);
  }

  void closeAll() {
    Lease<?>[] all;
    synchronized (this) {
      all = leases.toArray(new Lease<?>[0]);
    }
    for (Lease<?> lease : all) {
      lease.close();
    }
  }
}
