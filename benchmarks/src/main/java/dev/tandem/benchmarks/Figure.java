package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.Cost;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * One case's figures: the median over the processes that measured it. Where a figure is not known
 * it is NaN.
 *
 * @param benchmark class and method, without package
 * @param parameters all but backend and threads
 * @param backend who computed; empty for the limits
 * @param threads as asked for
 * @param seconds for one operation
 * @param slowest the same of the slowest process
 * @param speed in {@code unit}
 * @param limit in {@code unit}
 * @param unit GFLOP/s where arithmetic limits the case, GB/s where traffic does
 * @param bytesPerOperation allocated on the Java heap
 * @param device where the time goes, if it is computed on a device apart
 */
record Figure(
    String benchmark,
    Map<String, String> parameters,
    String backend,
    String threads,
    double seconds,
    double slowest,
    double speed,
    double limit,
    String unit,
    double bytesPerOperation,
    Device device) {

  /**
   * What {@link DeviceProfiler} tells apart, in seconds.
   *
   * @param kernels of one operation
   * @param transfers of one operation
   * @param firstCall the first operation, with all it takes
   */
  record Device(double kernels, double transfers, double firstCall) {

    static final Device NONE = new Device(Double.NaN, Double.NaN, Double.NaN);

    private static Device of(Collection<BenchmarkResult> forks) {
      return new Device(
          median(forks, fork -> secondary(fork, DeviceProfiler.KERNELS)),
          median(forks, fork -> secondary(fork, DeviceProfiler.TRANSFERS)),
          median(forks, fork -> secondary(fork, DeviceProfiler.FIRST_CALL)));
    }
  }

  private static final String GFLOPS = "GFLOP/s";
  private static final String GBYTES = "GB/s";

  /** Speed as a part of the limit. */
  double share() {
    return speed / limit;
  }

  static Figure of(RunResult run) {
    BenchmarkParams benchmark = run.getParams();
    Map<String, String> parameters = new LinkedHashMap<>();
    benchmark.getParamsKeys().forEach(name -> parameters.put(name, benchmark.getParam(name)));
    String threads = Objects.requireNonNull(parameters.remove("threads"));
    String backend = parameters.remove("backend");
    String name = benchmark.getBenchmark();
    String shortName = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    Collection<BenchmarkResult> forks = run.getBenchmarkResults();
    double bytes = median(forks, fork -> secondary(fork, "gc.alloc.rate.norm"));
    if (backend == null) {
      double flops = median(forks, fork -> secondary(fork, "gigaflops"));
      boolean arithmetic = flops > 0;
      double speed = arithmetic ? flops : median(forks, fork -> secondary(fork, "gigabytes"));
      String unit = arithmetic ? GFLOPS : GBYTES;
      return new Figure(
          shortName,
          parameters,
          "",
          threads,
          Double.NaN,
          Double.NaN,
          speed,
          Double.NaN,
          unit,
          bytes,
          Device.NONE);
    }
    Cost cost = Problems.of(name, benchmark::getParam).cost();
    double seconds = median(forks, fork -> seconds(fork.getPrimaryResult(), benchmark));
    double slowest =
        forks.stream().mapToDouble(it -> seconds(it.getPrimaryResult(), benchmark)).max().orElse(0);
    double peak = median(forks, fork -> secondary(fork, LimitProfiler.PEAK));
    double bandwidth = median(forks, fork -> secondary(fork, LimitProfiler.BANDWIDTH));
    boolean arithmetic = cost.flops() > 0 && !(cost.flops() / peak < cost.bytes() / bandwidth);
    double amount = (arithmetic ? cost.flops() : cost.bytes()) * 1e-9;
    return new Figure(
        shortName,
        parameters,
        backend,
        threads,
        seconds,
        slowest,
        amount > 0 ? amount / seconds : Double.NaN,
        arithmetic ? peak : bandwidth,
        amount > 0 ? arithmetic ? GFLOPS : GBYTES : "",
        bytes,
        Device.of(forks));
  }

  private static double seconds(Result<?> result, BenchmarkParams benchmark) {
    double unit = benchmark.getTimeUnit().toNanos(1) * 1e-9;
    return benchmark.getMode() == Mode.Throughput
        ? unit / result.getScore()
        : result.getScore() * unit;
  }

  private static double secondary(BenchmarkResult fork, String label) {
    Result<?> result = fork.getSecondaryResults().get(label);
    return result == null ? Double.NaN : result.getScore();
  }

  private static double median(
      Collection<BenchmarkResult> forks, ToDoubleFunction<BenchmarkResult> value) {
    double[] sorted = forks.stream().mapToDouble(value).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
