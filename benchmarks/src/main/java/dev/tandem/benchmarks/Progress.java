package dev.tandem.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * JMH's output for many runs as if they were one: its table comes once, at the end, and progress
 * counts all of them.
 */
final class Progress implements OutputFormat {

  private final OutputFormat target;
  private final int cases;
  private final long start = System.nanoTime();
  private int done;

  Progress(OutputFormat target, Plan plan) {
    this.target = target;
    cases = plan.cases();
  }

  void finished(Plan.Group group) {
    done += group.cases();
  }

  /** JMH's table of everything. */
  void printAll(List<RunResult> results) {
    target.endRun(results);
    target.flush();
  }

  private String standing() {
    Duration spent = Duration.ofNanos(System.nanoTime() - start);
    String left =
        done == 0
            ? ""
            : ", about %d min left"
                .formatted(spent.multipliedBy(cases - done).dividedBy(done).toMinutes() + 1);
    return "# %d of %d cases done%s".formatted(done, cases, left);
  }

  @Override
  public void println(String line) {
    target.println(line.startsWith("# Run progress") ? standing() : line);
  }

  @Override
  public void endRun(Collection<RunResult> results) {
    // printAll does it for all runs
  }

  @Override
  public void close() {
    // the next run goes on with it
  }

  @Override
  public void startRun() {
    target.startRun();
  }

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {
    target.startBenchmark(benchmark);
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    target.endBenchmark(result);
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    target.iteration(benchmark, params, iteration);
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult result) {
    target.iterationResult(benchmark, params, iteration, result);
  }

  @Override
  public void print(String text) {
    target.print(text);
  }

  @Override
  public void verbosePrintln(String line) {
    target.verbosePrintln(line);
  }

  @Override
  public void flush() {
    target.flush();
  }

  @Override
  public void write(int character) {
    target.write(character);
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    target.write(bytes);
  }
}
