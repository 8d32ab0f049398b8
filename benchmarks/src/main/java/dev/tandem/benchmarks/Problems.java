package dev.tandem.benchmarks;

import dev.tandem.benchmarks.contest.AdamUpdate;
import dev.tandem.benchmarks.contest.Chain;
import dev.tandem.benchmarks.contest.OneOperation;
import dev.tandem.benchmarks.contest.Pointwise;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Reduction;
import dev.tandem.benchmarks.contest.TrainingStep;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Which problem a benchmark method with its parameters stands for. */
final class Problems {

  private Problems() {}

  /**
   * @param benchmark the method's name with its class
   * @param parameter gives a parameter's value by its name
   * @throws IllegalArgumentException if a value cannot be read
   */
  static Problem of(String benchmark, UnaryOperator<String> parameter) {
    String[] names = benchmark.split("\\.");
    String method = names[names.length - 1];
    String type = names[names.length - 2];
    return switch (type) {
      case "MatmulBenchmark" -> Product.parse(parameter.apply("shape"), parameter.apply("form"));
      case "ElementwiseBenchmark" ->
          new Pointwise(
              Pointwise.Function.valueOf(upper(parameter.apply("operation"))),
              elements(parameter.apply("size")));
      case "FusedBenchmark" -> {
        int elements = elements(parameter.apply("size"));
        yield method.equals("adam") ? new AdamUpdate(elements) : new Chain(elements);
      }
      case "ReductionBenchmark" ->
          Reduction.parse(
              upper(parameter.apply("operation")),
              upper(parameter.apply("axis")),
              parameter.apply("shape"));
      case "TrainingStepBenchmark" -> TrainingStep.parse(parameter.apply("shape"));
      case "DescribeBenchmark" ->
          new OneOperation(OneOperation.Stage.valueOf(upper(parameter.apply("stage"))));
      default -> throw new IllegalArgumentException("no problem belongs to " + benchmark);
    };
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /** Reads {@code 4096}, {@code 64k} or {@code 1M}, where k is 1024. */
  private static int elements(String size) {
    int last = size.length() - 1;
    return switch (size.charAt(last)) {
      case 'k' -> Integer.parseInt(size.substring(0, last)) << 10;
      case 'M' -> Integer.parseInt(size.substring(0, last)) << 20;
      default -> Integer.parseInt(size);
    };
  }
}
