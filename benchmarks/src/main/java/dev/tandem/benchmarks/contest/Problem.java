package dev.tandem.benchmarks.contest;

/**
 * Something to compute, the same for every contender: inputs, what they cost at least, and how a
 * result is checked. Problems hold no data, only its description.
 */
public sealed interface Problem
    permits Product, Pointwise, Chain, AdamUpdate, Reduction, TrainingStep, OneOperation {

  /** What any solution must spend. */
  Cost cost();

  /** The inputs, row-major, the same at every call. */
  float[][] inputs();

  /**
   * Checks a result, the whole of it or a sample where the whole would take too long.
   *
   * @param inputs as {@link #inputs} gave them
   * @throws WrongResultException if it is wrong
   */
  void check(float[][] inputs, float[] result);
}
