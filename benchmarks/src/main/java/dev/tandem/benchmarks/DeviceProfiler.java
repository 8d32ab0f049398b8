package dev.tandem.benchmarks;

import dev.tandem.backend.RunTimes;
import dev.tandem.benchmarks.contest.Contenders;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.TimedWork;
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
 * Says where the time of one operation goes if it is computed on a device apart: in kernels, and in
 * copies between host and device; and what the first operation of a process takes, for which
 * kernels are compiled.
 *
 * <p>All of it is measured before the first iteration, on an engine of its own, because measuring
 * costs time: the score beside it is free of that. Not for engines without such a device.
 */
public final class DeviceProfiler implements InternalProfiler {

  static final String KERNELS = "kernels";
  static final String TRANSFERS = "transfers";
  static final String FIRST_CALL = "first call";

  private static final String UNIT = "s/op";
  private static final int WARM_UP_RUNS = 5;
  private static final int RUNS = 10;

  private @Nullable List<Result<?>> measured;

  /** For JMH, which makes it by its name. */
  public DeviceProfiler() {}

  @Override
  public String getDescription() {
    return "Time in kernels and in transfers, and the first call, of engines with a device apart";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (measured == null) {
      measured = List.of();
      if (benchmark.getParamsKeys().contains("backend")) {
        Problem problem = Problems.of(benchmark.getBenchmark(), benchmark::getParam);
        TimedWork work = Contenders.named(benchmark.getParam("backend")).prepareTimed(problem);
        if (work != null) {
          measured = measure(work);
        }
      }
    }
  }

  private static List<Result<?>> measure(TimedWork work) {
    try (work) {
      long start = System.nanoTime();
      work.run();
      long first = System.nanoTime() - start;
      for (int i = 0; i < WARM_UP_RUNS; i++) {
        work.run();
      }
      RunTimes times = RunTimes.NONE;
      for (int i = 0; i < RUNS; i++) {
        times = times.plus(work.run());
      }
      return List.of(
          result(KERNELS, (double) times.kernels() / RUNS),
          result(TRANSFERS, (double) times.transfers() / RUNS),
          result(FIRST_CALL, first));
    }
  }

  private static Result<?> result(String label, double nanoseconds) {
    return new ScalarResult(label, nanoseconds * 1e-9, UNIT, AggregationPolicy.AVG);
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return measured == null ? List.of() : measured;
  }
}
