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
final class GpuMemory {

  private static final int MILLISECONDS_FOR_CLEANING = 200;
  private static final Cleaner CLEANER = Cleaner.create();

  /** Where something takes memory. Everything counts towards the limit of the backend. */
  enum Place {
    HOST,
    DEVICE
  }

  /** Something that is released by {@link #close()}, or when its owner has become unreachable. */
  final class Lease<T> implements AutoCloseable, Runnable {

    private final Place place;
    private final long bytes;
    private final Consumer<T> release;
    private volatile @Nullable T resource;

    private Lease(Place place, long bytes, T resource, Consumer<T> release) {
      this.place = place;
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
      synchronized (GpuMemory.this) {
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
        give(place, bytes);
      }
    }

    @Override
    public void run() {
      close();
    }
  }

  private final long limit;
  private final long deviceLimit;
  private final Set<Lease<?>> leases = new HashSet<>();
  private long live;
  private long onDevice;

  /**
   * Counts up to two limits, in bytes.
   *
   * @param limit of everything
   * @param deviceLimit of what is on the device
   */
  GpuMemory(long limit, long deviceLimit) {
    this.limit = limit;
    this.deviceLimit = deviceLimit;
  }

  /**
   * Acquires something for as long as {@code owner} is reachable.
   *
   * @param operation named in the exception
   * @param release must not refer to the owner
   * @throws MemoryLimitException if the limit would be exceeded, or there is no such memory
   */
  <T> Lease<T> lease(
      Object owner,
      Place place,
      long bytes,
      String operation,
      Supplier<T> acquire,
      Consumer<T> release) {
    reserve(place, bytes, operation);
    Lease<T> lease = null;
    try {
      lease = new Lease<>(place, bytes, acquire.get(), release);
    } catch (OutOfMemoryError tooLittle) {
      throw new MemoryLimitException(
          "%s: the host has no room for %,d bytes of native memory; start Java with a greater -XX:MaxDirectMemorySize or hold fewer tensors"
              .formatted(operation, bytes));
    } finally {
      if (lease == null) {
        give(place, bytes);
      }
    }
    synchronized (this) {
      leases.add(lease);
    }
    CLEANER.register(owner, lease);
    return lease;
  }

  private void reserve(Place place, long bytes, String operation) {
    if (take(place, bytes)) {
      return;
    }
    if (bytes <= limit && hasRoomAfterCleaning(place, bytes)) {
      return;
    }
    throw new MemoryLimitException(full(place, bytes, operation));
  }

  private synchronized String full(Place place, long bytes, String operation) {
    return place == Place.DEVICE && bytes > deviceLimit - onDevice
        ? "%s: %,d bytes are needed on the device, but %,d of its limit of %,d bytes are in use; hold fewer plans, or start Java with a greater -Dtornado.device.memory if the device has more"
            .formatted(operation, bytes, onDevice, deviceLimit)
        : "%s: %,d bytes are needed on the gpu backend, but %,d of its limit of %,d bytes are in use; close tensors, or open it with a greater memory limit"
            .formatted(operation, bytes, live, limit);
  }

  /** Takes the room if it appears once owners that nobody can reach any more have been found. */
  private boolean hasRoomAfterCleaning(Place place, long bytes) {
    System.gc();
    try {
      for (int waited = 0; waited < MILLISECONDS_FOR_CLEANING; waited++) {
        if (take(place, bytes)) {
          return true;
        }
        Thread.sleep(1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private synchronized boolean take(Place place, long bytes) {
    if (bytes > limit - live || place == Place.DEVICE && bytes > deviceLimit - onDevice) {
      return false;
    }
    live += bytes;
    onDevice += place == Place.DEVICE ? bytes : 0;
    return true;
  }

  private synchronized void give(Place place, long bytes) {
    live -= bytes;
    onDevice -= place == Place.DEVICE ? bytes : 0;
  }

  synchronized MemoryUse use() {
    return new MemoryUse(live, 0, limit);
  }

  /** Bytes in use on the device. */
  synchronized long onDevice() {
    return onDevice;
  }

  /** Releases everything, also if that fails for some of it. */
  void closeAll() {
    Lease<?>[] all;
    synchronized (this) {
      all = leases.toArray(new Lease<?>[0]);
    }
    GpuFailure failure = null;
    for (Lease<?> lease : all) {
      try {
        lease.close();
      } catch (GpuFailure another) {
        failure = another;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
