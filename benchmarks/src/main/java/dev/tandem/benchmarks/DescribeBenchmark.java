package dev.tandem.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/**
 * What does one operation cost when there is nothing to compute? Two vectors of one element are
 * known, their sum is described, evaluated, or evaluated and read.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DescribeBenchmark extends Contest {

  @Param({"describe", "evaluate", "read"})
  public String stage = "";

  @Benchmark
  public Object add() {
    return solve();
  }
}
