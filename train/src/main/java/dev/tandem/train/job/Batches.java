package dev.tandem.train.job;

import dev.tandem.train.data.RowSplit;
import dev.tandem.train.data.Samples;
import java.util.Arrays;
import java.util.Random;

/** The training rows in groups, in another order every epoch. */
final class Batches {

  private final Samples samples;
  private final int batchSize;
  private final int[] order;
  private final Random random;

  Batches(Samples samples, int batchSize, long seed) {
    this.samples = samples;
    this.batchSize = Math.min(batchSize, samples.size());
    this.order = new int[samples.size()];
    Arrays.setAll(order, i -> i);
    this.random = new Random(seed);
  }

  /** How many there are in an epoch. */
  int count() {
    return (samples.size() + batchSize - 1) / batchSize;
  }

  /** How many rows a batch has: all have equally many, but the last may have fewer. */
  int rows(int index) {
    return Math.min(batchSize, samples.size() - index * batchSize);
  }

  /** Starts an epoch. Where one batch holds all rows there is no order to change. */
  void shuffle() {
    if (count() > 1) {
      RowSplit.shuffle(order, random);
    }
  }

  /**
   * Copies a batch of this epoch.
   *
   * @param index counted from 0
   * @param features room for its rows
   * @param targets likewise
   */
  void copy(int index, float[] features, float[] targets) {
    int from = index * batchSize;
    for (int i = 0; i < rows(index); i++) {
      samples.copyFeatures(order[from + i], features, i);
      targets[i] = samples.target(order[from + i]);
    }
  }
}
