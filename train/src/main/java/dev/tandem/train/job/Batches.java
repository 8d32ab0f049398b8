package dev.tandem.train.job;

import dev.tandem.Tensor;
import dev.tandem.train.data.RowSplit;
import dev.tandem.train.data.Samples;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The training rows in groups, in another order every epoch. Where one group holds all rows it is
 * given to the backend once, and there is no order to change.
 */
final class Batches {

  /**
   * Some rows.
   *
   * @param inputs {@code [rows, width]}
   * @param targets {@code [rows, 1]}
   */
  record Batch(Tensor inputs, Tensor targets, int rows) {}

  private static final int LINE_BYTES = 64;

  private final Samples samples;
  private final int batchSize;
  private final int[] order;
  private final MemorySegment features; // of the present batch
  private final MemorySegment targets;
  private final Random random;
  private @Nullable Batch whole;

  Batches(Samples samples, int batchSize, long seed) {
    this.samples = samples;
    this.batchSize = Math.min(batchSize, samples.size());
    this.order = new int[samples.size()];
    Arrays.setAll(order, i -> i);
    this.random = new Random(seed);
    this.features = memory((long) this.batchSize * samples.width());
    this.targets = memory(this.batchSize);
  }

  /** How many there are in an epoch. */
  int count() {
    return (samples.size() + batchSize - 1) / batchSize;
  }

  /** Starts an epoch. */
  void shuffle() {
    if (count() > 1) {
      RowSplit.shuffle(order, random);
    }
  }

  /** Memory that a backend can use without a copy: aligned and padded to whole cache lines. */
  private static MemorySegment memory(long floats) {
    return Arena.ofAuto().allocate(padded(floats), LINE_BYTES);
  }

  private static long padded(long floats) {
    return (floats * Float.BYTES + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
  }

  /**
   * A batch of this epoch, counted from 0. The next call overwrites its memory: by then the step
   * that it is for must have been computed.
   */
  Batch get(int index) {
    if (count() > 1) {
      return gather(index);
    }
    if (whole == null) {
      whole = gather(0);
    }
    return whole;
  }

  private Batch gather(int index) {
    int from = index * batchSize;
    int rows = Math.min(batchSize, samples.size() - from);
    for (int i = 0; i < rows; i++) {
      samples.copyFeatures(order[from + i], features, (long) i * samples.width());
      targets.setAtIndex(ValueLayout.JAVA_FLOAT, i, samples.target(order[from + i]));
    }
    return new Batch(
        Tensor.of(
            features.asSlice(0, padded((long) rows * samples.width())), rows, samples.width()),
        Tensor.of(targets.asSlice(0, padded(rows)), rows, 1),
        rows);
  }
}
