package dev.tandem.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks: leaves out what cannot run here and says why, lets JMH time the rest, the
 * contenders for one case after each other, and prints every figure beside the machine's limit.
 */
public final class Main {

  private static final String USAGE =
      """
      usage: ./tandem bench [--peers] [PATTERN...] [options]

        --peers          lets other libraries take part: OpenBLAS, PyTorch, ND4J, netlib, EJML
                         (some hundred megabytes are fetched once; Linux on x86-64)
        PATTERN          part of a name, or a regular expression: Matmul, Elementwise, Fused,
                         Reduction, TrainingStep, Describe, Limits; without one, all of them
                         (hours: name one)
        --report FILE    also writes the results to FILE: .md for Markdown, else JSON;
                         may be given twice
        --help           this page and JMH's own
        -p NAME=A,B      only these values of a parameter; the most useful:
                           -p backend=cpu,naive    who computes: reference, cpu, cpu-prepared,
                                                   gpu, gpu-prepared, naive; of the peers
                                                   openblas, openblas-avx512, pytorch, nd4j,
                                                   netlib, ejml
                           -p threads=1,all        how many threads
                           -p shape=512x512x512    and form, operation, axis, size, stage
        -f 3             three processes for each figure instead of one; the median is shown
        -prof gc         adds bytes allocated for each operation
        -l, -lp          lists the benchmarks, with their parameters

      All of JMH's options are accepted.
      """;

  private Main() {}

  /**
   * Exit code 0 when everything that was planned has a result, 1 when something failed, 2 for wrong
   * usage.
   */
  public static void main(String[] arguments) throws Exception {
    System.exit(run(arguments, System.out));
  }

  static int run(String[] arguments, PrintStream out) throws IOException, RunnerException {
    try {
      Arguments parsed = Arguments.parse(arguments);
      CommandLineOptions options = new CommandLineOptions(parsed.forJmh());
      return answered(options, out) ? 0 : benchmark(parsed, options, out);
    } catch (CommandLineOptionException | IllegalArgumentException e) {
      out.println("bench: " + e.getMessage());
      return 2;
    }
  }

  /** Answers the options that only ask for information. */
  private static boolean answered(CommandLineOptions options, PrintStream out) throws IOException {
    if (options.shouldHelp()) {
      out.println(USAGE);
      options.showHelp();
    } else if (options.shouldList()) {
      new Runner(options).list();
    } else if (options.shouldListWithParams()) {
      new Runner(options).listWithParams(options);
    } else if (options.shouldListProfilers()) {
      options.listProfilers();
    } else if (options.shouldListResultFormats()) {
      options.listResultFormats();
    } else {
      return false;
    }
    return true;
  }

  private static int benchmark(Arguments arguments, CommandLineOptions options, PrintStream out)
      throws IOException, RunnerException {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      out.println(
          "bench: start java with --add-modules jdk.incubator.vector, or use ./tandem bench");
      return 2;
    }
    Plan plan = Plan.of(options);
    plan.leftOut().forEach(out::println);
    if (plan.groups().isEmpty()) {
      out.println("bench: nothing to run; ./tandem bench -lp lists benchmarks and parameters");
      return 2;
    }
    List<RunResult> results = new ArrayList<>();
    Progress progress = new Progress(format(options, out), plan);
    for (Plan.Group group : plan.groups()) {
      results.addAll(run(group, options, progress));
      progress.finished(group);
    }
    progress.printAll(results);
    writeForJmh(options, results);
    Report report = Report.of(results, arguments.command());
    out.println();
    out.print(report.text());
    for (Path file : arguments.reports()) {
      report.write(file);
    }
    int failed = plan.cases() - results.size();
    if (failed > 0) {
      out.printf("bench: %d of %d cases failed; why stands above%n", failed, plan.cases());
    }
    return failed > 0 ? 1 : 0;
  }

  private static OutputFormat format(CommandLineOptions options, PrintStream out)
      throws IOException {
    VerboseMode verbosity = options.verbosity().orElse(Defaults.VERBOSITY);
    PrintStream target =
        options.getOutput().hasValue() ? new PrintStream(options.getOutput().get()) : out;
    return OutputFormatFactory.createFormatInstance(target, verbosity);
  }

  private static Collection<RunResult> run(
      Plan.Group group, CommandLineOptions options, Progress progress) throws RunnerException {
    // The patterns of the command line stay in force; this leaves one method of what they include.
    OptionsBuilder narrowed = new OptionsBuilder();
    narrowed.parent(options).exclude("^(?!\\Q" + group.benchmark() + "\\E$)");
    narrowed.addProfiler(LimitProfiler.class).addProfiler(DeviceProfiler.class);
    group.parameters().forEach(narrowed::param);
    if (!group.backends().isEmpty()) {
      narrowed.param("backend", group.backends().toArray(String[]::new));
    }
    return new Runner(narrowed.build(), progress).run();
  }

  /** JMH writes its result file after each of the runs; this writes all of them together. */
  private static void writeForJmh(CommandLineOptions options, List<RunResult> results) {
    if (options.getResult().hasValue() || options.getResultFormat().hasValue()) {
      ResultFormatType type = options.getResultFormat().orElse(Defaults.RESULT_FORMAT);
      String file =
          options
              .getResult()
              .orElse(Defaults.RESULT_FILE_PREFIX + "." + type.toString().toLowerCase(Locale.ROOT));
      ResultFormatFactory.getInstance(type, file).writeOut(results);
    }
  }
}
