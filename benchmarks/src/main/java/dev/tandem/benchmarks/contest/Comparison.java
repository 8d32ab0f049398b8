package dev.tandem.benchmarks.contest;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Compares computed numbers with exact ones. */
final class Comparison {

  private static final int SAMPLES = 64;

  private final Problem problem;
  private final float[] result;

  /**
   * @throws WrongResultException if the result has another length
   */
  Comparison(Problem problem, float[] result, int expectedLength) {
    this.problem = problem;
    this.result = result;
    if (result.length != expectedLength) {
      throw new WrongResultException(
          "%s: %d values were computed, not %d".formatted(problem, result.length, expectedLength));
    }
  }

  /** The first, the last, and some between: the same at every call. */
  IntStream samples() {
    SplittableRandom random = new SplittableRandom(result.length);
    IntStream between = random.ints(SAMPLES, 0, result.length);
    return IntStream.concat(IntStream.of(0, result.length - 1), between);
  }

  /**
   * @throws WrongResultException if the value there is further away, or not a number
   */
  void check(int index, double expected, double tolerance) {
    double difference = Math.abs(result[index] - expected);
    if (!(difference <= tolerance)) {
      throw new WrongResultException(
          "%s: value %d is %s, exact would be %s, tolerated is a difference of %.2g"
              .formatted(problem, index, result[index], expected, tolerance));
    }
  }
}
