package dev.tandem.cpu;

import dev.tandem.backend.MemoryLimitException;
import dev.tandem.backend.MemoryUse;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All tensor storage of one engine: native memory, 64-byte aligned, padded to whole cache lines and
 * accessible by every thread. Blocks are cut from large chunks, sorted into size classes and
 * reused; getting one from the cache costs some nanoseconds, a fresh one has to be cleared by the
 * operating system first. Contents are arbitrary.
 *
 * <p>A block belongs to an owner and comes back when its {@link Lease} is closed or its owner has
 * become unreachable. What is unreachable is noticed when something is allocated; since small
 * objects own large blocks, the garbage collector is asked to run when memory has doubled, and
 * before a request fails.
 */
final class MemoryPool implements AutoCloseable {

  static final int ALIGNMENT = 64;

  private static final long FIRST_CHUNK = 1 << 20;
  private static final long LARGEST_CHUNK = 64 << 20;

  /** From here on a block is a chunk of its own, which is really freed when memory is short. */
  private static final long LARGE = 16 << 20;

  /** The least amount of live memory that makes the garbage collector worth a call. */
  private static final long COLLECT_FROM = 512L << 20;

  private static final long COLLECT_WAIT_MILLIS = 20;
  private static final int COLLECT_WAITS = 10;

  /** A chunk of native memory, or a large block. */
  private static final class Chunk {
    final Arena arena = Arena.ofShared();
    final MemorySegment memory;
    long used;
    int liveBlocks;

    Chunk(long bytes) {
      memory = arena.allocate(bytes, ALIGNMENT);
    }
  }

  /** A piece of a chunk, of the size of its class. */
  static final class Block {
    final MemorySegment memory;
    private final Chunk chunk;
    private final int sizeClass;

    private Block(MemorySegment memory, Chunk chunk, int sizeClass) {
      this.memory = memory;
      this.chunk = chunk;
      this.sizeClass = sizeClass;
    }
  }

  private final long limit;
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<Deque<Block>> free = new ArrayList<>(); // by size class
  private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
  private final Lease leases = new Lease(this); // head of the ring of all leases
  private @Nullable Chunk current;
  private long nextChunk = FIRST_CHUNK;
  private long held;
  private long live;
  private long collectAbove = COLLECT_FROM;
  private boolean closed;

  /**
   * @param limit bytes that the pool may hold, cached ones included
   */
  MemoryPool(long limit) {
    this.limit = limit;
    for (int sizeClass = 0; sizeClass <= SizeClasses.of(Long.MAX_VALUE / 4); sizeClass++) {
      free.add(new ArrayDeque<>());
    }
  }

  /**
   * Memory for {@code owner}, of at least {@code bytes} bytes.
   *
   * @throws MemoryLimitException if the limit or the machine's memory would be exceeded
   */
  synchronized Lease allocate(Object owner, long bytes) {
    if (closed) {
      throw new IllegalStateException("the memory of a closed backend was asked for");
    }
    poll();
    Block block = take(Math.max(bytes, 1));
    live += SizeClasses.bytes(block.sizeClass);
    block.chunk.liveBlocks++;
    Lease lease = new Lease(owner, unreachable, this, block);
    lease.linkAfter(leases);
    return lease;
  }

  /** Takes a block back; called once for each lease. */
  synchronized void release(Lease lease, Block block) {
    lease.unlink();
    if (closed) {
      return;
    }
    live -= SizeClasses.bytes(block.sizeClass);
    block.chunk.liveBlocks--;
    free.get(block.sizeClass).push(block);
  }

  synchronized MemoryUse use() {
    poll();
    return new MemoryUse(live, held - live, limit);
  }

  private void poll() {
    for (Reference<?> lease; (lease = unreachable.poll()) != null; ) {
      ((Lease) lease).close();
    }
  }

  private Block take(long bytes) {
    int sizeClass = SizeClasses.of(bytes);
    long size = SizeClasses.bytes(sizeClass);
    Block block = takeCached(sizeClass);
    if (block == null && live + size > collectAbove) {
      collect();
      collectAbove = Math.max(COLLECT_FROM, 2 * (live + size));
      block = takeCached(sizeClass);
    }
    if (block == null && !isRoomFor(sizeClass, size)) {
      freeUnused();
      if (!isRoomFor(sizeClass, size)) {
        collect();
        block = takeCached(sizeClass);
        if (block == null) {
          freeUnused();
        }
      }
    }
    if (block != null) {
      return block;
    }
    if (!isRoomFor(sizeClass, size)) {
      throw tooMuch(bytes, "the limit is reached");
    }
    try {
      return cut(sizeClass, size);
    } catch (OutOfMemoryError error) {
      throw tooMuch(bytes, "the machine has no more memory");
    }
  }

  private @Nullable Block takeCached(int sizeClass) {
    return free.get(sizeClass).poll();
  }

  private boolean isRoomFor(int sizeClass, long size) {
    Chunk chunk = current;
    boolean fits = size < LARGE && chunk != null && chunk.memory.byteSize() - chunk.used >= size;
    return fits || !free.get(sizeClass).isEmpty() || size <= limit - held;
  }

  /** A block that was never used before. */
  private Block cut(int sizeClass, long size) {
    Block cached = takeCached(sizeClass);
    if (cached != null) {
      return cached;
    }
    if (size >= LARGE) {
      return new Block(newChunk(size).memory, chunks.getLast(), sizeClass);
    }
    Chunk chunk = current;
    if (chunk == null || chunk.memory.byteSize() - chunk.used < size) {
      if (chunk != null) {
        shelveRest(chunk);
      }
      long wanted = Math.max(nextChunk, size);
      chunk = newChunk(wanted <= limit - held ? wanted : size);
      current = chunk;
      nextChunk = Math.min(LARGEST_CHUNK, 2 * nextChunk);
    }
    MemorySegment memory = chunk.memory.asSlice(chunk.used, size);
    chunk.used += size;
    return new Block(memory, chunk, sizeClass);
  }

  private Chunk newChunk(long bytes) {
    Chunk chunk = new Chunk(bytes);
    chunks.add(chunk);
    held += bytes;
    return chunk;
  }

  /** Cuts what is left of a chunk into blocks of the largest classes that fit. */
  private void shelveRest(Chunk chunk) {
    for (long rest; (rest = chunk.memory.byteSize() - chunk.used) >= ALIGNMENT; ) {
      int sizeClass = SizeClasses.notAbove(rest);
      long size = SizeClasses.bytes(sizeClass);
      free.get(sizeClass).push(new Block(chunk.memory.asSlice(chunk.used, size), chunk, sizeClass));
      chunk.used += size;
    }
  }

  /** Gives chunks without a live block back to the operating system. */
  private void freeUnused() {
    for (Deque<Block> blocks : free) {
      blocks.removeIf(block -> block.chunk.liveBlocks == 0);
    }
    chunks.removeIf(chunk -> {
      if (chunk.liveBlocks > 0) {
        return false;
      }
      held -= chunk.memory.byteSize();
      chunk.arena.close();
      if (chunk == current) {
        current = null;
      }
      return true;
    });
  }

  /** Asks for a garbage collection and takes back what it finds. */
  private void collect() {
    System.gc();
    try {
      for (int wait = 0; wait < COLLECT_WAITS; wait++) {
        Reference<?> lease = unreachable.remove(COLLECT_WAIT_MILLIS);
        if (lease == null) {
          return;
        }
        ((Lease) lease).close();
        poll();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private MemoryLimitException tooMuch(long bytes, String why) {
    return new MemoryLimitException(
        "cpu: %s asked for, but %s: %s in use and %s cached of a limit of %s; close tensors that are no longer needed, use smaller batches, or raise the memory limit of the backend"
            .formatted(size(bytes), why, size(live), size(held - live), size(limit)));
  }

  private static String size(long bytes) {
    if (bytes < 1 << 20) {
      return "%,d bytes".formatted(bytes);
    }
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }

  /** Frees everything. Whoever still uses a block of this pool gets an exception. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      chunks.forEach(chunk -> chunk.arena.close());
      chunks.clear();
      free.forEach(Deque::clear);
    }
  }
}
