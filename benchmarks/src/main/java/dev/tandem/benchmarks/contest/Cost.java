package dev.tandem.benchmarks.contest;

import dev.tandem.benchmarks.limits.Traffic;

/**
 * The least that a computation spends, whoever does it.
 *
 * @param flops multiply-adds count two; 0 where arithmetic is not what limits it
 * @param bytes read and written by one pass that reads each input and writes each output once; 0
 *     where neither limits it and the call itself is the question
 * @param traffic how these bytes move
 */
public record Cost(double flops, double bytes, Traffic traffic) {

  /** Only the time counts. */
  public static final Cost NONE = new Cost(0, 0, Traffic.READ);

  /** Traffic of whole arrays of so many elements, and no arithmetic worth counting. */
  static Cost ofTraffic(Traffic traffic, double elements) {
    return new Cost(0, Float.BYTES * elements * traffic.streams(), traffic);
  }

  /** How long each array is in a pass with the same traffic. */
  public long elements() {
    return Math.round(bytes / Float.BYTES / traffic.streams());
  }

  /** A rough measure of how long plain code would take: operations or elements. */
  public double work() {
    return Math.max(flops, bytes / Float.BYTES);
  }
}
