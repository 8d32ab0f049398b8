package dev.tandem.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Measures how long the calling thread takes for something and how much heap memory. A kernel that
 * takes any has vectors that have become objects.
 */
final class GeneratedMeter {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long bytes;
  private long nanos;

  void start() {
    bytes = THREADS.getCurrentThreadAllocatedBytes();
    nanos = System.nanoTime();
  }

  void stop() {
    nanos = System.nanoTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
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
