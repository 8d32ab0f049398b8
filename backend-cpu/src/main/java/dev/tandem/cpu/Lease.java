package dev.tandem.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a block of a {@link MemoryPool}, until it is closed or its owner is unreachable.
 * The pool keeps all leases in a ring, since a reference that is itself unreachable is never
 * queued.
 */
final class Lease extends PhantomReference<Object> implements AutoCloseable {

  private final MemoryPool pool;
  private MemoryPool.@Nullable Block block;
  private Lease previous = this;
  private Lease next = this;

  Lease(Object owner, ReferenceQueue<Object> unreachable, MemoryPool pool, MemoryPool.Block block) {
    super(owner, unreachable);
    this.pool = pool;
    this.block = block;
  }

  /** The head of a ring, which stands for no memory. */
  Lease(MemoryPool pool) {
    super(Lease.class, null);
    this.pool = pool;
  }

  /** The memory, at least as long as was asked for. */
  MemorySegment memory() {
    MemoryPool.Block held = block;
    if (held == null) {
      throw new IllegalStateException("memory used after it was returned");
    }
    return held.memory;
  }

  /** Returns the memory to the pool, once. */
  @Override
  public void close() {
    MemoryPool.Block returned;
    synchronized (pool) {
      returned = block;
      block = null;
      if (returned != null) {
        pool.release(this, returned);
      }
    }
  }

  /** Enters the ring; the pool is locked. */
  void linkAfter(Lease head) {
    previous = head;
    next = head.next;
    head.next.previous = this;
    head.next = this;
  }

  /** Leaves the ring; the pool is locked. */
  void unlink() {
    previous.next = next;
    next.previous = previous;
    previous = this;
    next = this;
  }
}
