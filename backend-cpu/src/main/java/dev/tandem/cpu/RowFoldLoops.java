package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.VECTOR_BYTES;
import static dev.tandem.cpu.Lanes.constant;
import static dev.tandem.cpu.OffHeap.known;

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

  /** From here on a row is worth a loop of its own, which the JIT can unroll. */
  private static final int LONG_ROW = 512;

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

  // rows of at least one vector: the last vector overlaps the one before it, where need be; four
  // rows at once, one from each quarter, see RowGroup

  /** The rows of a quarter. */
  private static int quarter(int count) {
    return (count + RowGroup.ROWS - 1) / RowGroup.ROWS;
  }

  /**
   * Where the second, third or fourth quarter begins. They overlap unless rows are whole fours, and
   * what is in two of them is folded twice.
   */
  private static int start(int number, int count) {
    int quarter = quarter(count);
    return Math.min((number - 1) * quarter, count - quarter);
  }

  private static void addWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    if (columns < LONG_ROW) {
      addFours(from, offset, count, columns, to);
    } else {
      for (int row = 0; row < quarter(count); row++) {
        addFour(from, offset, row, count, columns, to);
      }
    }
  }

  /**
   * Adds short rows up. The JIT leaves the inner loop as it is, see {@link MatrixVectorLoops}; so
   * it does with those of maxima and minima.
   */
  private static void addFours(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    long bytes = 4L * columns;
    long whole = 4L * (columns & -LANES);
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = counted(columns);
    int quarter = quarter(count);
    int second = start(2, count);
    int third = start(3, count);
    int fourth = start(4, count);
    MemorySegment a = known(from).asSlice(offset, quarter * bytes);
    MemorySegment b = known(from).asSlice(offset + second * bytes, quarter * bytes);
    MemorySegment c = known(from).asSlice(offset + third * bytes, quarter * bytes);
    MemorySegment d = known(from).asSlice(offset + fourth * bytes, quarter * bytes);
    for (int row = 0; row < quarter; row++) {
      long at = row * bytes;
      FloatVector sumA = FloatVector.zero(SPECIES);
      FloatVector sumB = FloatVector.zero(SPECIES);
      FloatVector sumC = FloatVector.zero(SPECIES);
      FloatVector sumD = FloatVector.zero(SPECIES);
      long i = 0;
      while (i != whole) {
        sumA = sumA.add(FloatVector.fromMemorySegment(SPECIES, a, at + i, ORDER));
        sumB = sumB.add(FloatVector.fromMemorySegment(SPECIES, b, at + i, ORDER));
        sumC = sumC.add(FloatVector.fromMemorySegment(SPECIES, c, at + i, ORDER));
        sumD = sumD.add(FloatVector.fromMemorySegment(SPECIES, d, at + i, ORDER));
        i += VECTOR_BYTES;
      }
      if (whole < bytes) {
        FloatVector restA = FloatVector.fromMemorySegment(SPECIES, a, at + last, ORDER);
        FloatVector restB = FloatVector.fromMemorySegment(SPECIES, b, at + last, ORDER);
        FloatVector restC = FloatVector.fromMemorySegment(SPECIES, c, at + last, ORDER);
        FloatVector restD = FloatVector.fromMemorySegment(SPECIES, d, at + last, ORDER);
        sumA = sumA.add(restA.blend(ZERO, counted));
        sumB = sumB.add(restB.blend(ZERO, counted));
        sumC = sumC.add(restC.blend(ZERO, counted));
        sumD = sumD.add(restD.blend(ZERO, counted));
      }
      FloatVector sums = MatrixVectorLoops.sumOfEach(sumA, sumB, sumC, sumD);
      to[row] = sums.lane(0);
      to[row + second] = sums.lane(1);
      to[row + third] = sums.lane(2);
      to[row + fourth] = sums.lane(3);
    }
  }

  /** Adds four long rows up. */
  private static void addFour(
      MemorySegment from, long offset, int row, int count, int columns, float[] to) {
    int second = row + start(2, count);
    int third = row + start(3, count);
    int fourth = row + start(4, count);
    long bytes = 4L * columns;
    MemorySegment a = known(from).asSlice(offset + row * bytes, bytes);
    MemorySegment b = known(from).asSlice(offset + second * bytes, bytes);
    MemorySegment c = known(from).asSlice(offset + third * bytes, bytes);
    MemorySegment d = known(from).asSlice(offset + fourth * bytes, bytes);
    int whole = columns & -LANES;
    FloatVector sumA = FloatVector.zero(SPECIES);
    FloatVector sumB = FloatVector.zero(SPECIES);
    FloatVector sumC = FloatVector.zero(SPECIES);
    FloatVector sumD = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      sumA = sumA.add(FloatVector.fromMemorySegment(SPECIES, a, 4L * i, ORDER));
      sumB = sumB.add(FloatVector.fromMemorySegment(SPECIES, b, 4L * i, ORDER));
      sumC = sumC.add(FloatVector.fromMemorySegment(SPECIES, c, 4L * i, ORDER));
      sumD = sumD.add(FloatVector.fromMemorySegment(SPECIES, d, 4L * i, ORDER));
    }
    if (whole < columns) {
      VectorMask<Float> counted = counted(columns);
      long last = bytes - VECTOR_BYTES;
      sumA = sumA.add(FloatVector.fromMemorySegment(SPECIES, a, last, ORDER).blend(ZERO, counted));
      sumB = sumB.add(FloatVector.fromMemorySegment(SPECIES, b, last, ORDER).blend(ZERO, counted));
      sumC = sumC.add(FloatVector.fromMemorySegment(SPECIES, c, last, ORDER).blend(ZERO, counted));
      sumD = sumD.add(FloatVector.fromMemorySegment(SPECIES, d, last, ORDER).blend(ZERO, counted));
    }
    FloatVector sums = MatrixVectorLoops.sumOfEach(sumA, sumB, sumC, sumD);
    to[row] = sums.lane(0);
    to[second] = sums.lane(1);
    to[third] = sums.lane(2);
    to[fourth] = sums.lane(3);
  }

  /** The lanes of a row's last vector that the one before it holds as well. */
  private static VectorMask<Float> counted(int columns) {
    return SPECIES.indexInRange(0, (columns & -LANES) + LANES - columns);
  }

  private static void maxWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    long bytes = 4L * columns;
    MemorySegment rows = known(from).asSlice(offset, count * bytes);
    long last = 4L * (columns - LANES);
    long end = 4L * (columns - 1 & -LANES);
    int quarter = quarter(count);
    int second = start(2, count);
    int third = start(3, count);
    int fourth = start(4, count);
    long toB = second * bytes;
    long toC = third * bytes;
    long toD = fourth * bytes;
    for (int row = 0; row < quarter; row++) {
      long a = row * bytes;
      long b = a + toB;
      long c = a + toC;
      long d = a + toD;
      // the last vector first: what it shares with the one before it may count twice
      FloatVector maxA = FloatVector.fromMemorySegment(SPECIES, rows, a + last, ORDER);
      FloatVector maxB = FloatVector.fromMemorySegment(SPECIES, rows, b + last, ORDER);
      FloatVector maxC = FloatVector.fromMemorySegment(SPECIES, rows, c + last, ORDER);
      FloatVector maxD = FloatVector.fromMemorySegment(SPECIES, rows, d + last, ORDER);
      long i = 0;
      while (i != end) {
        maxA = maxA.max(FloatVector.fromMemorySegment(SPECIES, rows, a + i, ORDER));
        maxB = maxB.max(FloatVector.fromMemorySegment(SPECIES, rows, b + i, ORDER));
        maxC = maxC.max(FloatVector.fromMemorySegment(SPECIES, rows, c + i, ORDER));
        maxD = maxD.max(FloatVector.fromMemorySegment(SPECIES, rows, d + i, ORDER));
        i += VECTOR_BYTES;
      }
      to[row] = maxOfLanes(maxA);
      to[row + second] = maxOfLanes(maxB);
      to[row + third] = maxOfLanes(maxC);
      to[row + fourth] = maxOfLanes(maxD);
    }
  }

  private static void minWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    long bytes = 4L * columns;
    MemorySegment rows = known(from).asSlice(offset, count * bytes);
    long last = 4L * (columns - LANES);
    long end = 4L * (columns - 1 & -LANES);
    int quarter = quarter(count);
    int second = start(2, count);
    int third = start(3, count);
    int fourth = start(4, count);
    long toB = second * bytes;
    long toC = third * bytes;
    long toD = fourth * bytes;
    for (int row = 0; row < quarter; row++) {
      long a = row * bytes;
      long b = a + toB;
      long c = a + toC;
      long d = a + toD;
      // the last vector first: what it shares with the one before it may count twice
      FloatVector minA = FloatVector.fromMemorySegment(SPECIES, rows, a + last, ORDER);
      FloatVector minB = FloatVector.fromMemorySegment(SPECIES, rows, b + last, ORDER);
      FloatVector minC = FloatVector.fromMemorySegment(SPECIES, rows, c + last, ORDER);
      FloatVector minD = FloatVector.fromMemorySegment(SPECIES, rows, d + last, ORDER);
      long i = 0;
      while (i != end) {
        minA = minA.min(FloatVector.fromMemorySegment(SPECIES, rows, a + i, ORDER));
        minB = minB.min(FloatVector.fromMemorySegment(SPECIES, rows, b + i, ORDER));
        minC = minC.min(FloatVector.fromMemorySegment(SPECIES, rows, c + i, ORDER));
        minD = minD.min(FloatVector.fromMemorySegment(SPECIES, rows, d + i, ORDER));
        i += VECTOR_BYTES;
      }
      to[row] = minOfLanes(minA);
      to[row + second] = minOfLanes(minB);
      to[row + third] = minOfLanes(minC);
      to[row + fourth] = minOfLanes(minD);
    }
  }

  // narrower rows: what a vector holds of the next ones does not count

  private static void addNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = known(from).asSlice(offset, 4L * ((count - 1) * columns + LANES));
    VectorMask<Float> beyond = SPECIES.indexInRange(0, columns).not();
    for (int row = 0; row < count; row++) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, 4L * row * columns, ORDER);
      to[row] = addOfLanes(v.blend(ZERO, beyond));
    }
  }

  private static void maxNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = known(from).asSlice(offset, 4L * ((count - 1) * columns + LANES));
    VectorMask<Float> beyond = SPECIES.indexInRange(0, columns).not();
    for (int row = 0; row < count; row++) {
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, rows, 4L * row * columns, ORDER);
      to[row] = maxOfLanes(v.blend(LEAST, beyond));
    }
  }

  private static void minNarrow(
      MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = known(from).asSlice(offset, 4L * ((count - 1) * columns + LANES));
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
