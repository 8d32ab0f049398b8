package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.Cost;
import dev.tandem.benchmarks.limits.Gauge;
import dev.tandem.benchmarks.limits.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the machine's limits after each iteration, in the same JVM: machines drift, and a share
 * of a limit means something only if both were measured within a second.
 *
 * <p>It reports {@code peak} in GFLOP/s where a problem has arithmetic and {@code bandwidth} in
 * GB/s where it has traffic: that of a pass over as many bytes, moved the same way. Costs up to a
 * second before the first iteration and 20 to 50 ms after each. Nothing is measured where no
 * warm-up is asked for, as it would be no limit, and for the GPU, which has others.
 */
public final class LimitProfiler implements InternalProfiler {

  static final String PEAK = "peak";
  static final String BANDWIDTH = "bandwidth";

  private final List<Measured> measured = new ArrayList<>();
  private @Nullable Limits limits;

  private record Measured(String label, String unit, Gauge gauge) {}

  /** For JMH, which makes it by its name. */
  public LimitProfiler() {}

  @Override
  public String getDescription() {
    return "The machine's peak and bandwidth beside each result";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (limits == null && hasLimit(benchmark)) {
      Limits opened = new Limits(Threads.count(benchmark.getParam("threads")));
      Cost cost = Problems.of(benchmark.getBenchmark(), benchmark::getParam).cost();
      if (cost.flops() > 0) {
        measured.add(new Measured(PEAK, "GFLOP/s", opened.peak()));
      }
      if (cost.bytes() > 0) {
        Gauge gauge = opened.bandwidth(cost.traffic(), cost.elements());
        measured.add(new Measured(BANDWIDTH, "GB/s", gauge));
      }
      measured.forEach(it -> it.gauge().warm());
      limits = opened;
    }
  }

  private static boolean hasLimit(BenchmarkParams benchmark) {
    Collection<String> names = benchmark.getParamsKeys();
    return names.contains("backend")
        && benchmark.getWarmup().getCount() > 0
        && !benchmark.getParam("backend").startsWith("gpu");
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return measured.stream()
        .map(it ->
            new ScalarResult(
                it.label(), it.gauge().best() * 1e-9, it.unit(), AggregationPolicy.AVG))
        .toList();
  }
}
