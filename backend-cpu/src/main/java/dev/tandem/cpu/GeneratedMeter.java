package dev.tandem.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Measures how long the calling thread takes for something and how much heap memory. A kernel that
 * takes any has vectors that have become objects.
 */
final class GeneratedMeter {

  /** What a meter reads. */
  interface Gauge {

    /** Nanoseconds since some moment. */
    long nanos();

    /** Bytes of heap memory that the calling thread has taken so far. */
    long bytes();
  }

  /** Reads the clock and the JVM's count. */
  static final Gauge GAUGE = new ThreadGauge();

  private static final class ThreadGauge implements Gauge {

    /** Loads the management modules when first used, not before. */
    private static final class Threads {
      static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long bytes() {
      return Threads.BEAN.getCurrentThreadAllocatedBytes();
    }
  }

  private final Gauge gauge;
  private long bytes;
  private long nanos;

  GeneratedMeter(Gauge gauge) {
    this.gauge = gauge;
  }

  void start() {
    bytes = gauge.bytes();
    nanos = gauge.nanos();
  }

  void stop() {
    nanos = gauge.nanos() - nanos;
    bytes = gauge.bytes() - bytes;
  }

  /** The time from start to stop. */
  long nanos() {
    return nanos;
  }

  /** Bytes allocated from start to stop. */
  long bytes() {
    return bytes;
  }
}
