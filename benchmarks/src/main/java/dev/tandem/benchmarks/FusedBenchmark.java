package dev.tandem.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Does a chain of operations cost one pass over memory, or one for each operation?
 *
 * <p>{@code chain} is six operations on two vectors, {@code adam} the update of a weight and two
 * moments in place. The limit beside each figure is a single pass with the same arrays read and
 * written.
 */
public class FusedBenchmark extends Contest {

  @Param({"1k", "16k", "256k", "1M", "16M"})
  public String size = "";

  @Benchmark
  public Object chain() {
    return solve();
  }

  @Benchmark
  public Object adam() {
    return solve();
  }
}
