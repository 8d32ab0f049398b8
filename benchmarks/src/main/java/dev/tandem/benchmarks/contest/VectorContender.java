package dev.tandem.benchmarks.contest;

import org.jspecify.annotations.Nullable;

/**
 * What a person writes by hand with the Vector API for just one fused computation: the mark for the
 * kernels that an engine puts together. One thread, on arrays laid out as an engine's.
 */
final class VectorContender implements Contender {

  @Override
  public String name() {
    return "vector";
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
    return problem instanceof Chain || problem instanceof AdamUpdate
        ? null
        : "loops are written by hand for chain and adam only";
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    return switch (problem) {
      case Chain chain -> new VectorLoops.OfChain(chain, inputs);
      case AdamUpdate adam -> new VectorLoops.OfAdam(adam, inputs);
      case Product _, Pointwise _, Reduction _, OneOperation _, TrainingStep _ ->
          throw new IllegalArgumentException("%s: %s".formatted(problem, declines(problem)));
    };
  }
}
