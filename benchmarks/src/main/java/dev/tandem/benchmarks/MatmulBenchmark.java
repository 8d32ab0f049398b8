package dev.tandem.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * How near does a matrix product come to the cores' multiply-add peak, or to the bandwidth where
 * the shape is skinny? And do the transposed forms that a Linear layer needs cost more than the
 * plain one?
 *
 * <p>Shapes are MxKxN, or BATCH@MxKxN. Squares from 16 to 4096; then Linear with one output, with a
 * small batch, with a single row (matrix times vector), an outer product, and many small products.
 */
public class MatmulBenchmark extends Contest {

  @Param({
    "16x16x16",
    "32x32x32",
    "64x64x64",
    "128x128x128",
    "256x256x256",
    "512x512x512",
    "1024x1024x1024",
    "2048x2048x2048",
    "4096x4096x4096",
    "65536x90x1",
    "64x4096x4096",
    "1x4096x4096",
    "4096x1x4096",
    "1000@16x16x16"
  })
  public String shape = "";

  /** NT is Linear's forward product, TN its weight's gradient, NN its input's gradient. */
  @Param({"NN", "NT", "TN"})
  public String form = "";

  @Benchmark
  public Object matmul() {
    return solve();
  }
}
