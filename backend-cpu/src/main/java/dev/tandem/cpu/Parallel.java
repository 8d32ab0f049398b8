package dev.tandem.cpu;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on several threads: the only room with threads. The caller takes part; workers spin for
 * a short while after a region and then park. Work is cut into chunks. Each thread begins with
 * chunks of its own, the same in every run, so that what it reads and writes may still be in its
 * caches; then it takes those that others have not started, so a worker that comes late or not at
 * all costs nothing. Which thread runs a chunk must not change any result.
 *
 * <p>One region at a time: a second caller runs its work alone.
 */
final class Parallel implements AutoCloseable {

  /** Work in numbered chunks. */
  interface Work {

    /** Called once on each participating thread before its first chunk. */
    void begin(int participant);

    /**
     * Does one chunk.
     *
     * @param participant which of the threads this is: 0 is the caller, the others are numbered as
     *     they join, so there are never more than chunks
     */
    void run(int participant, int chunk);
  }

  /**
   * Below it a region is not worth what it costs with a worker that spins, even where a message to
   * another thread takes no time. That costs 0.9 microseconds where a message and its answer take
   * 0.2, and 1.1 where they take 0.5. Two threads can gain half of the work, so the work has to be
   * more than twice the cost.
   */
  private static final double LEAST_NANOS_FOR_SPINNING = 1_800;

  /** How many messages more it has to be worth. */
  private static final double MESSAGES_FOR_SPINNING = 2.2;

  /** Below it a region is not worth the system call that wakes a parked worker. */
  private static final double NANOS_FOR_PARKED = 50_000;

  /**
   * After so many regions that the distance counts for it is measured again: a virtual machine's
   * cores may come to lie elsewhere. They take a tenth of a second at least, and it 0.1 ms.
   */
  private static final int REGIONS_OF_A_DISTANCE = 1 << 16;

  /** And so many after the start, when the other thread often finds no core in time. */
  private static final int FIRST_REGIONS = 1_000;

  /** How long a worker spins for more work before it parks. */
  private static final long SPIN_NANOS = 100_000;

  private static final int SPINS_BETWEEN_CLOCKS = 64;
  private static final int SPINS_BEFORE_YIELD = 10_000;

  // the state of the current region in one word: its number, whether it can be joined, and how many
  // workers have joined it
  private static final long JOINED = 0xffff;
  private static final long OPEN = 0x1_0000;
  private static final long REGION = 0x2_0000;

  private final Worker[] workers;
  private final AtomicLongArray next; // of each participant's own chunks
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicLong state = new AtomicLong();
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicInteger spinning = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;

  private volatile double nanosForSpinning;

  // since that was measured; roughly, since callers may meet here
  private int shortRegions = REGIONS_OF_A_DISTANCE - FIRST_REGIONS;

  // of work in a row that was done alone; roughly, since callers may meet here
  private double missedNanos;
  private long lastMissed;

  // of the current region; published by the write to state
  private @Nullable Work work;
  private int chunks;
  private int helpers;

  /**
   * Starts the workers.
   *
   * @param threads how many threads take part, the caller's included
   */
  Parallel(int threads) {
    next = new AtomicLongArray((threads + 1) * CacheLines.APART);
    workers = new Worker[threads - 1];
    Messages messages = new Messages();
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1, i == 0 ? messages : null);
      workers[i].start();
    }
    nanosForSpinning = nanosForSpinning(workers.length == 0 ? 0 : messages.nanos());
  }

  private static double nanosForSpinning(double nanosPerMessage) {
    return LEAST_NANOS_FOR_SPINNING + MESSAGES_FOR_SPINNING * nanosPerMessage;
  }

  /** A thread other than the caller's, to ask about memory with. */
  Thread anotherThread() {
    return workers.length > 0 ? workers[0] : new Thread();
  }

  /** How many threads take part at most. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs every chunk once and returns when all are done.
   *
   * @param nanos about how long all the chunks take on one thread
   * @throws RuntimeException or Error what {@code work} threw, on whatever thread
   */
  void run(Work work, int chunks, double nanos) {
    countShort(nanos);
    if (!isWorthwhile(chunks, nanos) || !busy.compareAndSet(false, true)) {
      runAlone(work, chunks);
      return;
    }
    try {
      runTogether(work, chunks, nanos);
    } finally {
      busy.set(false);
    }
  }

  private void countShort(double nanos) {
    boolean distanceCounts = nanos >= LEAST_NANOS_FOR_SPINNING && nanos <= NANOS_FOR_PARKED;
    if (distanceCounts && ++shortRegions > REGIONS_OF_A_DISTANCE) {
      shortRegions = 0;
      measureDistance();
    }
  }

  /** Finds out anew how far away another thread is, unless they are all at work. */
  void measureDistance() {
    if (workers.length == 0 || !busy.compareAndSet(false, true)) {
      return;
    }
    try {
      Messages messages = new Messages();
      runTogether(messages, 2, 2 * NANOS_FOR_PARKED); // wakes who sleeps
      if (messages.wereAnswered()) {
        nanosForSpinning = nanosForSpinning(messages.measured());
      }
    } finally {
      busy.set(false);
    }
  }

  /** Whether work that takes so long on one thread can be quicker on several. */
  boolean canShare(double nanos) {
    return workers.length > 0 && nanos >= nanosForSpinning;
  }

  private boolean isWorthwhile(int chunks, double nanos) {
    if (chunks <= 1 || !canShare(nanos)) {
      return false;
    }
    if (nanos > NANOS_FOR_PARKED || spinning.get() > 0) {
      return true;
    }
    rememberMissed(nanos);
    return false;
  }

  /**
   * Work too short to wake anybody for, and everybody sleeps. When much of it comes in a row, the
   * workers are woken for the next.
   */
  private void rememberMissed(double nanos) {
    long now = System.nanoTime();
    missedNanos = now - lastMissed < SPIN_NANOS ? missedNanos + nanos : nanos;
    lastMissed = now;
    if (missedNanos > NANOS_FOR_PARKED) {
      missedNanos = 0;
      wake();
    }
  }

  private static void runAlone(Work work, int chunks) {
    work.begin(0);
    for (int chunk = 0; chunk < chunks; chunk++) {
      work.run(0, chunk);
    }
  }

  private void runTogether(Work work, int chunks, double nanos) {
    this.work = work;
    this.chunks = chunks;
    this.helpers = Math.min(workers.length, chunks - 1);
    for (int owner = 0; owner <= helpers; owner++) {
      next.setPlain((owner + 1) * CacheLines.APART, firstChunk(owner));
    }
    finished.setPlain(0);
    state.set((state.get() & -REGION) + REGION + OPEN);
    if (nanos > NANOS_FOR_PARKED) {
      wake(helpers);
    }
    try {
      takeChunks(work, 0);
    } catch (Throwable thrown) {
      fail(thrown);
    } finally {
      close(state.getAndAdd(-OPEN));
      this.work = null;
    }
    Throwable thrown = failure.getAndSet(null);
    switch (thrown) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new IllegalStateException(thrown);
    }
  }

  /** Waits for those who joined. */
  private void close(long last) {
    int joined = (int) (last & JOINED);
    for (int spin = 0; finished.getAcquire() != joined; spin++) {
      if (spin < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // the worker may have lost its core
      }
    }
  }

  /** The first of the chunks that a participant begins with. */
  private int firstChunk(int participant) {
    return (int) ((long) participant * chunks / (helpers + 1));
  }

  private void takeChunks(Work work, int participant) {
    int participants = helpers + 1;
    boolean begun = false;
    for (int turn = 0; turn < participants; turn++) {
      int owner = (participant + turn) % participants;
      int end = firstChunk(owner + 1);
      for (long chunk = take(owner); chunk < end; chunk = take(owner)) {
        if (!begun) {
          begun = true;
          work.begin(participant);
        }
        work.run(participant, (int) chunk);
      }
    }
  }

  private long take(int owner) {
    return next.getAndIncrement((owner + 1) * CacheLines.APART);
  }

  private void fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
    for (int owner = 0; owner <= helpers; owner++) {
      next.set((owner + 1) * CacheLines.APART, Integer.MAX_VALUE); // nobody takes another chunk
    }
  }

  /** Wakes parked workers ahead of work that is worth it as a whole, if not in each part. */
  void prepare(double nanos) {
    if (nanos > NANOS_FOR_PARKED && spinning.get() < workers.length) {
      wake();
    }
  }

  /** Wakes all parked workers. */
  void wake() {
    wake(workers.length);
  }

  private void wake(int count) {
    for (int i = 0; i < count; i++) {
      workers[i].wake();
    }
  }

  /** Stops the workers. Work that is running is finished first. */
  @Override
  public void close() {
    closed = true;
    wake();
  }

  private final class Worker extends Thread {

    private volatile boolean parked;
    private @Nullable Messages messages; // to be answered first

    Worker(int number, @Nullable Messages messages) {
      super("tandem-cpu-" + number);
      setDaemon(true);
      this.messages = messages;
    }

    void wake() {
      if (parked) {
        parked = false;
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      if (messages != null) {
        messages.answer();
        messages = null;
      }
      long seen = 0;
      while (!closed) {
        long current = awaitRegion(seen);
        seen = current & -REGION;
        if ((current & OPEN) != 0) {
          takePart(seen);
        }
      }
    }

    /** Spins, then parks, until there is a region that this worker has not seen. */
    private long awaitRegion(long seen) {
      spinning.getAndIncrement();
      long start = System.nanoTime();
      while (true) {
        for (int spin = 0; spin < SPINS_BETWEEN_CLOCKS; spin++) {
          long current = state.getAcquire();
          if ((current & -REGION) != seen || closed) {
            spinning.getAndDecrement();
            return current;
          }
          Thread.onSpinWait();
        }
        if (System.nanoTime() - start > SPIN_NANOS) {
          spinning.getAndDecrement();
          park(seen);
          spinning.getAndIncrement();
          start = System.nanoTime();
        }
      }
    }

    private void park(long seen) {
      parked = true;
      if ((state.get() & -REGION) == seen && !closed) {
        LockSupport.park(Parallel.this);
      }
      parked = false;
    }

    private void takePart(long region) {
      long current = state.get();
      while ((current & -REGION) == region
          && (current & OPEN) != 0
          && (current & JOINED) < helpers) {
        if (state.compareAndSet(current, current + 1)) {
          Work joined = work;
          int participant = (int) (current & JOINED) + 1;
          try {
            takeChunks(Objects.requireNonNull(joined), participant);
          } catch (Throwable thrown) {
            fail(thrown);
          } finally {
            finished.getAndIncrement();
          }
          return;
        }
        current = state.get();
      }
    }
  }
}
