package dev.tandem.benchmarks.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that do the same work at the same time. They sleep between tasks, so that a team at rest
 * takes no core from anybody; for tasks of a millisecond or more the start does not count.
 */
final class Team implements AutoCloseable {

  private static final int SPINS = 10_000;

  private final int size;
  private final ExecutorService others;

  /** A team of so many threads, the caller of {@link #run} among them. */
  Team(int size) {
    this.size = size;
    others =
        Executors.newFixedThreadPool(Math.max(1, size - 1), Thread.ofPlatform().daemon().factory());
  }

  int size() {
    return size;
  }

  /**
   * Runs {@code task} once in each thread, all starting together.
   *
   * @param task takes the number of its thread, from 0
   * @return nanoseconds from the common start to the end of the last
   */
  long run(IntConsumer task) {
    AtomicInteger missing = new AtomicInteger(size);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 1; i < size; i++) {
      int member = i;
      running.add(
          others.submit(() -> {
            meet(missing);
            task.accept(member);
          }));
    }
    meet(missing);
    long start = System.nanoTime();
    task.accept(0);
    for (Future<?> other : running) {
      await(other);
    }
    return System.nanoTime() - start;
  }

  private static void meet(AtomicInteger missing) {
    missing.decrementAndGet();
    for (int i = 0; missing.get() > 0; i++) {
      spin(i);
    }
  }

  /** Where other processes want the cores, the one that is waited for must get one, too. */
  private static void spin(int turn) {
    if (turn < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private static void await(Future<?> other) {
    for (int i = 0; !other.isDone(); i++) {
      spin(i);
    }
    try {
      other.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the team failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
