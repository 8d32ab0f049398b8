package dev.tandem.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Does a reduction run as fast as its input can be read, whichever way it goes through the matrix?
 *
 * <p>{@code all} gives one value, {@code rows} one for each row, {@code columns} one for each
 * column; {@code middle} sees the rows as two axes and reduces the second of the three.
 */
public class ReductionBenchmark extends Contest {

  @Param({"sum", "mean", "max"})
  public String operation = "";

  @Param({"all", "rows", "columns", "middle"})
  public String axis = "";

  @Param({"32x32", "256x256", "1024x1024", "65536x10", "8192x8192"})
  public String shape = "";

  @Benchmark
  public Object reduce() {
    return solve();
  }
}
