package dev.tandem.benchmarks;

import dev.tandem.benchmarks.limits.Caches;
import dev.tandem.benchmarks.limits.Gauge;
import dev.tandem.benchmarks.limits.Level;
import dev.tandem.benchmarks.limits.Limits;
import dev.tandem.benchmarks.limits.Traffic;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What can this machine do at best, in this JVM? Multiply-adds that never leave the registers, and
 * traffic with each cache and with memory, for one thread and for all.
 *
 * <p>The counters {@code gigaflops} and {@code gigabytes} are the answer; the score itself counts
 * rounds. Levels are half of each cache of each thread, and at least four times the last cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class LimitsBenchmark {

  @Param({"1", Threads.ALL})
  public String threads = "";

  private @Nullable Limits limits;

  private Limits limits() {
    if (limits == null) {
      limits = new Limits(Threads.count(threads));
    }
    return limits;
  }

  @TearDown
  public void close() {
    if (limits != null) {
      limits.close();
    }
  }

  /** What was done, in thousands of millions; JMH divides by the seconds. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Done {
    public double gigaflops;
    public double gigabytes;

    @Setup(org.openjdk.jmh.annotations.Level.Iteration)
    public void reset() {
      gigaflops = 0;
      gigabytes = 0;
    }
  }

  /** Compiled, unless no warm-up is wanted, and with its rounds set to a few milliseconds. */
  private static Gauge prepared(Gauge gauge, BenchmarkParams parameters) {
    if (parameters.getWarmup().getCount() > 0) {
      gauge.warm();
    } else {
      gauge.best();
    }
    return gauge;
  }

  /** Multiply-adds. */
  @State(Scope.Benchmark)
  public static class Peak {
    private @Nullable Gauge gauge;

    @Setup
    public void prepare(LimitsBenchmark benchmark, BenchmarkParams parameters) {
      gauge = prepared(benchmark.limits().peak(), parameters);
    }
  }

  /** Passes over arrays. */
  @State(Scope.Benchmark)
  public static class Bandwidth {
    @Param({"read", "fill", "copy", "triad", "update"})
    public String traffic = "";

    @Param({"L1", "L2", "L3", "memory"})
    public String level = "";

    private @Nullable Gauge gauge;

    @Setup
    public void prepare(LimitsBenchmark benchmark, BenchmarkParams parameters) {
      Traffic kind = Traffic.valueOf(traffic.toUpperCase(Locale.ROOT));
      Level from = Level.valueOf(level.toUpperCase(Locale.ROOT));
      long bytes = from.bytes(Caches.detect(), Threads.count(benchmark.threads));
      Gauge cold = benchmark.limits().bandwidth(kind, bytes / Float.BYTES / kind.arrays());
      gauge = prepared(cold, parameters);
    }
  }

  @Benchmark
  public void fma(Peak peak, Done done) {
    if (peak.gauge != null) {
      done.gigaflops += peak.gauge.round() * 1e-9;
    }
  }

  @Benchmark
  public void bandwidth(Bandwidth bandwidth, Done done) {
    if (bandwidth.gauge != null) {
      done.gigabytes += bandwidth.gauge.round() * 1e-9;
    }
  }
}
