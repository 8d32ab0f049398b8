package dev.tandem.benchmarks.contest;

import org.jspecify.annotations.Nullable;

/**
 * The plain Java loops that people write: arrays, one thread, nothing but the compiler's own
 * vectorisation. Results are written to arrays allocated beforehand.
 */
final class NaiveContender implements Contender {

  private static final double MOST_WORK = 2.2e9;

  @Override
  public String name() {
    return "naive";
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public boolean usesThreads() {
    return false;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    if (problem instanceof OneOperation operation
        && operation.stage() == OneOperation.Stage.DESCRIBE) {
      return "plain loops describe nothing";
    }
    return problem.cost().work() > MOST_WORK ? "plain loops would take seconds" : null;
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    return switch (problem) {
      case Product product -> {
        float[] result = new float[product.batch() * product.m() * product.n()];
        yield new Loop(() -> NaiveProduct.run(product, inputs[0], inputs[1], result), result);
      }
      case Pointwise pointwise -> {
        float[] result = new float[pointwise.elements()];
        yield new Loop(() -> NaiveLoops.run(pointwise.function(), inputs, result), result);
      }
      case Chain chain -> {
        float[] result = new float[chain.elements()];
        yield new Loop(() -> NaiveLoops.chain(inputs[0], inputs[1], result), result);
      }
      case Reduction reduction -> {
        int[] blocks = reduction.blocks();
        float[] result = new float[blocks[0] * blocks[2]];
        yield new Loop(() -> NaiveReduction.run(reduction, blocks, inputs[0], result), result);
      }
      case OneOperation ignored -> {
        float[] result = new float[1];
        yield new Loop(() -> result[0] = inputs[0][0] + inputs[1][0], result);
      }
      case AdamUpdate ignored -> new NaiveAdam(inputs);
      case TrainingStep step -> new NaiveStep(step, inputs);
    };
  }

  /** A loop that overwrites the same array each time. */
  private record Loop(Runnable loop, float[] array) implements Work {
    @Override
    public Object run() {
      loop.run();
      return array;
    }

    @Override
    public float[] result() {
      loop.run();
      return array;
    }
  }
}
