package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;

import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Folds many short rows, each into a value of its own: a row into one vector, and the lanes of that
 * by halves, always in the same order. {@link FoldLoops} folds what is long.
 */
final class RowFoldLoops {

  private static final VectorShuffle<Float> SWAP_1 = Transposition.swap(1);
  private static final VectorShuffle<Float> SWAP_2 = Transposition.swap(2);
  private static final VectorShuffle<Float> SWAP_4 = Transposition.swap(4);
  private static final VectorShuffle<Float> SWAP_8 = Transposition.swap(8);

  private static final FloatVector ZERO = constant(0);
  private static final FloatVector LEAST = constant(Float.NEGATIVE_INFINITY);
  private static final FloatVector GREATEST = constant(Float.POSITIVE_INFINITY);

  private RowFoldLoops() {}

  /**
   * Folds rows that lie one behind the other.
   *
   * @param from where they are; nothing behind the last of them is read
   * @param offset the byte of the first
   * @param count how many
   * @param columns floats in each, at least one
   * @param to gets {@code count} values
   */
  static void fold(
      ReduceOp op, MemorySegment from, long offset, int count, int columns, float[] to) {
    if (columns >= LANES) {
      switch (op) {
        case SUM, MEAN -> addWide(from, offset, count, columns, to);
        case MAX -> maxWide(from, offset, count, columns, to);
        case MIN -> minWide(from, offset, count, columns, to);
      }
    } else {
      int vectors = Math.max(0, Math.floorDiv(count * columns - LANES, columns) + 1);
      if (vectors > 0) {
        switch (op) {
          case SUM, MEAN -> addNarrow(from, offset, vectors, columns, to);
          case MAX -> maxNarrow(from, offset, vectors, columns, to);
          case MIN -> minNarrow(from, offset, vectors, columns, to);
        }
      }
      foldScalar(op, from, offset, vectors, count, columns, to);
    }
  }

  /** The last few narrow rows, behind which there is no room for a vector. */
  private static void foldScalar(
      ReduceOp op, MemorySegment from, long offset, int first, int end, int columns, float[] to) {
    for (int row = first; row < end; row++) {
      double folded = op.start();
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        folded = op.combine(folded, from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i));
      }
      to[row] = (float) folded;
    }
  }

  // rows of at least one vector: the last vector overlaps the one before it, where need be

  private static void addWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * count * columns);
    int whole = columns & -LANES;
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = SPECIES.indexInRange(0, whole + LANES - columns);
    for (int row = 0; row < count; row++) {
      long first = 4L * row * columns;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, first, ORDER);
      for (int i = LANES; i < whole; i += LANES) {
        v = v.add(FloatVector.fromMemorySegment(SPECIES, rows, first + 4L * i, ORDER));
      }
      if (whole < columns) {
        FloatVector rest = FloatVector.fromMemorySegment(SPECIES, rows, first + last, ORDER);
        v = v.add(rest.blend(ZERO, counted));
      }
      to[row] = addOfLanes(v);
    }
  }

  private static void maxWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * count * columns);
    int whole = columns & -LANES;
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = SPECIES.indexInRange(0, whole + LANES - columns);
    for (int row = 0; row < count; row++) {
      long first = 4L * row * columns;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, first, ORDER);
      for (int i = LANES; i < whole; i += LANES) {
        v = v.max(FloatVector.fromMemorySegment(SPECIES, rows, first + 4L * i, ORDER));
      }
      if (whole < columns) {
        FloatVector rest = FloatVector.fromMemorySegment(SPECIES, rows, first + last, ORDER);
        v = v.max(rest.blend(LEAST, counted));
      }
      to[row] = maxOfLanes(v);
    }
  }

  private static void minWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * count * columns);
    int whole = columns & -LANES;
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = SPECIES.indexInRange(0, whole + LANES - columns);
    for (int row = 0; row < count; row++) {
      long first = 4L * row * columns;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, first, ORDER);
      for (int i = LANES; i < whole; i += LANES) {
        v = v.min(FloatVector.fromMemorySegment(SPECIES, rows, first + 4L * i, ORDER));
      }
      if (whole < columns) {
        FloatVector rest = FloatVector.fromMemorySegment(SPECIES, rows, first + last, ORDER);
        v = v.min(rest.blend(GREATEST, counted));
      }
      to[row] = minOfLanes(v);
    }
  }

  // narrower rows: what a vector holds of the next ones does not count

  private static void addNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * ((count - 1) * columns + LANES));
    VectorMask<Float> beyond = SPECIES.indexInRange(0, columns).not();
    for (int row = 0; row < count; row++) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, 4L * row * columns, ORDER);
      to[row] = addOfLanes(v.blend(ZERO, beyond));
    }
  }

  private static void maxNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * ((count - 1) * columns + LANES));
    VectorMask<Float> beyond = SPECIES.indexInRange(0, columns).not();
    for (int row = 0; row < count; row++) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, 4L * row * columns, ORDER);
      to[row] = maxOfLanes(v.blend(LEAST, beyond));
    }
  }

  private static void minNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * ((count - 1) * columns + LANES));
    VectorMask<Float> beyond = SPECIES.indexInRange(0, columns).not();
    for (int row = 0; row < count; row++) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, 4L * row * columns, ORDER);
      to[row] = minOfLanes(v.blend(GREATEST, beyond));
    }
  }

  private static float addOfLanes(FloatVector lanes) {
    FloatVector v = lanes;
    if (LANES > 8) {
      v = v.add(v.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      v = v.add(v.rearrange(SWAP_4));
    }
    v = v.add(v.rearrange(SWAP_2));
    return v.add(v.rearrange(SWAP_1)).lane(0);
  }

  private static float maxOfLanes(FloatVector lanes) {
    FloatVector v = lanes;
    if (LANES > 8) {
      v = v.max(v.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      v = v.max(v.rearrange(SWAP_4));
    }
    v = v.max(v.rearrange(SWAP_2));
    return v.max(v.rearrange(SWAP_1)).lane(0);
  }

  private static float minOfLanes(FloatVector lanes) {
    FloatVector v = lanes;
    if (LANES > 8) {
      v = v.min(v.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      v = v.min(v.rearrange(SWAP_4));
    }
    v = v.min(v.rearrange(SWAP_2));
    return v.min(v.rearrange(SWAP_1)).lane(0);
  }
}
