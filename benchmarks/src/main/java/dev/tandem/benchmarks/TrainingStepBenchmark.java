package dev.tandem.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * What does a whole training step cost: forward, mean squared error, backward, stochastic gradient
 * descent, and reading the loss? For the smallest model it is all overhead, for the largest all
 * products.
 *
 * <p>Shapes are BATCHxINxOUT for one Linear layer; with more widths there is a tanh between layers.
 */
public class TrainingStepBenchmark extends Contest {

  @Param({
    "1x1x1",
    "32x10x1",
    "256x512x512",
    "1024x1024x1024",
    "64x4096x4096",
    "65536x90x1",
    "256x64x256x256x10"
  })
  public String shape = "";

  @Benchmark
  public Object step() {
    return solve();
  }
}
