package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Contenders;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Work;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * What the benchmarks with several contenders share: the parameters {@code backend} and {@code
 * threads}, making the problem ready, and checking the result once before anything is timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Contest {

  /** Who computes. {@link Main} leaves out those that cannot run here and adds peers if built. */
  @Param({"reference", "cpu", "cpu-prepared", "gpu", "gpu-prepared", "naive"})
  public String backend = "";

  /** How many threads may compute at once: a number, or all. */
  @Param({"1", Threads.ALL})
  public String threads = "";

  private @Nullable Work work;

  /**
   * @throws IllegalStateException if the backend cannot run here or does not take the problem
   */
  @Setup
  public void prepare(BenchmarkParams parameters) {
    Contender contender = Contenders.named(backend);
    Problem problem = Problems.of(parameters.getBenchmark(), parameters::getParam);
    String obstacle = contender.unavailable();
    if (obstacle == null) {
      obstacle = contender.declines(problem);
    }
    if (obstacle != null) {
      throw new IllegalStateException("backend %s: %s".formatted(backend, obstacle));
    }
    float[][] inputs = problem.inputs();
    Work prepared = contender.prepare(problem, inputs, Threads.count(threads));
    problem.check(inputs, prepared.result());
    work = prepared;
  }

  /** What a benchmark method does. */
  final Object solve() {
    Work prepared = work;
    if (prepared == null) {
      throw new IllegalStateException("not prepared");
    }
    return prepared.run();
  }

  @TearDown
  public void close() {
    if (work != null) {
      work.close();
    }
  }
}
