package dev.tandem.cpu;

/**
 * Messages from one thread to another and back, which measure how far apart their cores are: from
 * 0.1 to 0.6 microseconds. Takes 0.1 ms, and {@link #PATIENCE_NANOS} if the other has no core.
 */
final class Messages implements Parallel.Work {

  private static final int COUNT = 200;
  private static final long PATIENCE_NANOS = 2_000_000;

  /** More than two cores are apart: an answer that took longer had to wait for one. */
  private static final long MOST_NANOS = 1_000;

  private volatile int sent;
  private volatile int answered;
  private long nanos = MOST_NANOS; // what was measured as work

  /**
   * Sends them all, and returns the shortest time that an answer took, {@link #MOST_NANOS} at most:
   * where the other thread found no core in time, it will find one later.
   */
  long nanos() {
    long best = MOST_NANOS;
    long begin = System.nanoTime();
    for (int i = 1; i <= COUNT; i++) {
      long start = System.nanoTime();
      sent = i;
      while (answered != i) {
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
          sent = COUNT; // for the other to give up
          return best;
        }
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  /** Answers until the last. */
  void answer() {
    int seen = 0;
    while (seen < COUNT) {
      seen = sent;
      answered = seen;
    }
  }

  // as work of two chunks, of which the caller begins with the first and another thread with the
  // second: whoever comes late finds all messages sent, and is done at once

  /** What {@link #nanos} said when this was run as work. */
  long measured() {
    return nanos;
  }

  /** Whether another thread was there to answer when this was run as work. */
  boolean wereAnswered() {
    return nanos < MOST_NANOS;
  }

  @Override
  public void begin(int participant) {}

  @Override
  public void run(int participant, int chunk) {
    if (chunk == 0) {
      nanos = nanos();
    } else {
      answer();
    }
  }
}
