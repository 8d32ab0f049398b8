package dev.tandem.reference;

import dev.tandem.backend.MemoryLimitException;
import dev.tandem.backend.MemoryUse;
import java.lang.ref.Cleaner;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The storage of one reference backend: blocks of doubles on the Java heap, counted against a
 * limit. Nothing is cached. Safe for use by several threads.
 */
final class ReferenceMemory {

  private static final int GREATEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final int MILLISECONDS_FOR_CLEANING = 100;

  /** Storage that is returned by {@link #release()}, or when its owner has become unreachable. */
  final class Block implements Runnable {

    private final long bytes;
    private volatile double @Nullable [] values;

    private Block(int elements) {
      bytes = bytes(elements);
      values = new double[elements];
    }

    /**
     * The elements.
     *
     * @throws IllegalStateException if the block was released
     */
    double[] values(String operation) {
      double[] held = values;
      if (held == null) {
        throw new IllegalStateException(
            operation + ": the storage was closed; allocate a new buffer or compile again");
      }
      return held;
    }

    boolean isReleased() {
      return values == null;
    }

    void release() {
      synchronized (ReferenceMemory.this) {
        if (live.remove(this)) {
          liveBytes -= bytes;
          values = null;
        }
      }
    }

    @Override
    public void run() {
      release();
    }
  }

  /** One for all backends: each would be a thread. */
  private static final Cleaner CLEANER = Cleaner.create();

  private final long limit;
  private final Set<Block> live = new HashSet<>();
  private long liveBytes;

  /**
   * Room for blocks.
   *
   * @param limit in bytes; 0 for as much as the heap may grow to
   */
  ReferenceMemory(long limit) {
    this.limit = limit == 0 ? Runtime.getRuntime().maxMemory() : limit;
  }

  /**
   * A block of zeros.
   *
   * @param operation named in the exception
   * @throws MemoryLimitException if the limit or the heap is too small, even after a collection of
   *     garbage
   */
  Block reserve(long elements, String operation) {
    if (elements <= GREATEST_ARRAY && fits(elements)) {
      try {
        return take((int) elements, operation);
      } catch (OutOfMemoryError tooLittle) {
        throw new MemoryLimitException(
            "%s: the Java heap has no room for %,d bytes; start Java with a greater -Xmx or hold fewer tensors"
                .formatted(operation, bytes(elements)));
      }
    }
    throw refusal(elements, operation);
  }

  /** Lets a block be released when {@code owner} is no longer reachable. */
  void releaseWith(Object owner, Block block) {
    CLEANER.register(owner, block);
  }

  void releaseAll() {
    for (Block block : snapshot()) {
      block.release();
    }
  }

  synchronized MemoryUse use() {
    return new MemoryUse(liveBytes, 0, limit);
  }

  private synchronized Block[] snapshot() {
    return live.toArray(new Block[0]);
  }

  private synchronized Block take(int elements, String operation) {
    if (!hasRoom(elements)) {
      throw refusal(elements, operation);
    }
    Block block = new Block(elements);
    live.add(block);
    liveBytes += block.bytes;
    return block;
  }

  /** Whether there is room, if need be after unreachable owners have been found. */
  private boolean fits(long elements) {
    if (hasRoom(elements)) {
      return true;
    }
    if (bytes(elements) > limit) {
      return false;
    }
    System.gc();
    try {
      for (int waited = 0; waited < MILLISECONDS_FOR_CLEANING && !hasRoom(elements); waited++) {
        Thread.sleep(1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return hasRoom(elements);
  }

  private synchronized boolean hasRoom(long elements) {
    return bytes(elements) <= limit - liveBytes;
  }

  private MemoryLimitException refusal(long elements, String operation) {
    MemoryUse use = use();
    return new MemoryLimitException(
        "%s: %,d elements take %,d bytes on the reference backend, but %,d of its %,d bytes are in use; close tensors, or open it with a greater memory limit"
            .formatted(operation, elements, bytes(elements), use.live(), use.limit()));
  }

  private static long bytes(long elements) {
    return elements * Double.BYTES;
  }
}
