package dev.tandem.benchmarks.contest;

import java.util.Arrays;

/** Reductions of the middle one of three axes, in the order of memory. */
final class NaiveReduction {

  private NaiveReduction() {}

  /**
   * @param blocks outer, reduced and inner length
   */
  static void run(Reduction reduction, int[] blocks, float[] values, float[] result) {
    boolean max = reduction.combiner() == Reduction.Combiner.MAX;
    int outer = blocks[0];
    int count = blocks[1];
    int inner = blocks[2];
    if (inner == 1) {
      for (int i = 0; i < outer; i++) {
        result[i] = max ? largest(values, i * count, count) : sum(values, i * count, count);
      }
    } else {
      Arrays.fill(result, max ? Float.NEGATIVE_INFINITY : 0);
      for (int i = 0; i < outer; i++) {
        for (int j = 0; j < count; j++) {
          int row = (i * count + j) * inner;
          if (max) {
            takeLarger(values, row, result, i * inner, inner);
          } else {
            add(values, row, result, i * inner, inner);
          }
        }
      }
    }
    if (reduction.combiner() == Reduction.Combiner.MEAN) {
      for (int i = 0; i < result.length; i++) {
        result[i] /= count;
      }
    }
  }

  /** In double: a float sum of millions is off by more than any check allows. */
  private static float sum(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return (float) sum;
  }

  private static float largest(float[] values, int from, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, values[i]);
    }
    return largest;
  }

  private static void add(float[] values, int from, float[] sums, int to, int count) {
    for (int i = 0; i < count; i++) {
      sums[to + i] += values[from + i];
    }
  }

  private static void takeLarger(float[] values, int from, float[] largest, int to, int count) {
    for (int i = 0; i < count; i++) {
      largest[to + i] = Math.max(largest[to + i], values[from + i]);
    }
  }
}
