package dev.tandem.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Does one elementwise operation run as fast as its data can be moved, from each cache and from
 * memory? What do the functions cost that are limited by arithmetic instead?
 *
 * <p>The limit beside each figure is a pass with the same traffic over arrays of the same size: a
 * copy for operations with one input, a triad for those with two.
 */
public class ElementwiseBenchmark extends Contest {

  @Param({"add", "mul", "relu", "copy", "exp", "tanh", "sigmoid", "gelu", "log"})
  public String operation = "";

  @Param({"1k", "16k", "256k", "4M", "64M"})
  public String size = "";

  @Benchmark
  public Object apply() {
    return solve();
  }
}
