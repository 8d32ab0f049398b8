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

  // rows of at least one vector: the last vector overlaps the one before it, where need be

  private static void addWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    long bytes = 4L * columns;
    int quarter = count / RowGroup.ROWS;
    if (columns < LONG_ROW) {
      addFours(from, offset, quarter, columns, to);
    } else {
      for (int row = 0; row < quarter; row++) {
        addFour(from, offset + row * bytes, quarter * bytes, columns, to, row, quarter);
      }
    }
    for (int row = quarter * RowGroup.ROWS; row < count; row++) {
      to[row] = addOne(from, offset + row * bytes, columns);
    }
  }

  /**
   * Adds short rows up, four at once: one from each quarter, see {@link RowGroup}. The JIT leaves
   * the inner loop as it is, see {@link MatrixVectorLoops}.
   */
  private static void addFours(
      MemorySegment from, long offset, int quarter, int columns, float[] to) {
    long bytes = 4L * columns;
    MemorySegment rows = from.asSlice(offset, RowGroup.ROWS * quarter * bytes);
    long whole = 4L * (columns & -LANES);
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = counted(columns);
    for (int row = 0; row < quarter; row++) {
      long a = row * bytes;
      long b = a + quarter * bytes;
      long c = b + quarter * bytes;
      long d = c + quarter * bytes;
      FloatVector sumA = FloatVector.zero(SPECIES);
      FloatVector sumB = FloatVector.zero(SPECIES);
      FloatVector sumC = FloatVector.zero(SPECIES);
      FloatVector sumD = FloatVector.zero(SPECIES);
      long i = 0;
      while (i != whole) {
        sumA = sumA.add(FloatVector.fromMemorySegment(SPECIES, rows, a + i, ORDER));
        sumB = sumB.add(FloatVector.fromMemorySegment(SPECIES, rows, b + i, ORDER));
        sumC = sumC.add(FloatVector.fromMemorySegment(SPECIES, rows, c + i, ORDER));
        sumD = sumD.add(FloatVector.fromMemorySegment(SPECIES, rows, d + i, ORDER));
        i += 4L * LANES;
      }
      if (whole < bytes) {
        FloatVector restA = FloatVector.fromMemorySegment(SPECIES, rows, a + last, ORDER);
        FloatVector restB = FloatVector.fromMemorySegment(SPECIES, rows, b + last, ORDER);
        FloatVector restC = FloatVector.fromMemorySegment(SPECIES, rows, c + last, ORDER);
        FloatVector restD = FloatVector.fromMemorySegment(SPECIES, rows, d + last, ORDER);
        sumA = sumA.add(restA.blend(ZERO, counted));
        sumB = sumB.add(restB.blend(ZERO, counted));
        sumC = sumC.add(restC.blend(ZERO, counted));
        sumD = sumD.add(restD.blend(ZERO, counted));
      }
      put(MatrixVectorLoops.sumOfEach(sumA, sumB, sumC, sumD), to, row, quarter);
    }
  }

  /** Adds four long rows up, {@code apart} bytes from each other. */
  private static void addFour(
      MemorySegment from, long first, long apart, int columns, float[] to, int row, int quarter) {
    long bytes = 4L * columns;
    MemorySegment a = from.asSlice(first, bytes);
    MemorySegment b = from.asSlice(first + apart, bytes);
    MemorySegment c = from.asSlice(first + 2 * apart, bytes);
    MemorySegment d = from.asSlice(first + 3 * apart, bytes);
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
      long last = bytes - 4L * LANES;
      sumA = sumA.add(FloatVector.fromMemorySegment(SPECIES, a, last, ORDER).blend(ZERO, counted));
      sumB = sumB.add(FloatVector.fromMemorySegment(SPECIES, b, last, ORDER).blend(ZERO, counted));
      sumC = sumC.add(FloatVector.fromMemorySegment(SPECIES, c, last, ORDER).blend(ZERO, counted));
      sumD = sumD.add(FloatVector.fromMemorySegment(SPECIES, d, last, ORDER).blend(ZERO, counted));
    }
    put(MatrixVectorLoops.sumOfEach(sumA, sumB, sumC, sumD), to, row, quarter);
  }

  /** Puts the sums of four rows, one from each quarter, where they belong. */
  private static void put(FloatVector sums, float[] to, int row, int quarter) {
    to[row] = sums.lane(0);
    to[row + quarter] = sums.lane(1);
    to[row + 2 * quarter] = sums.lane(2);
    to[row + 3 * quarter] = sums.lane(3);
  }

  /** The same bits for one row. */
  private static float addOne(MemorySegment from, long first, int columns) {
    MemorySegment row = from.asSlice(first, 4L * columns);
    int whole = columns & -LANES;
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      sum = sum.add(FloatVector.fromMemorySegment(SPECIES, row, 4L * i, ORDER));
    }
    if (whole < columns) {
      long last = 4L * (columns - LANES);
      FloatVector rest = FloatVector.fromMemorySegment(SPECIES, row, last, ORDER);
      sum = sum.add(rest.blend(ZERO, counted(columns)));
    }
    return addOfLanes(sum);
  }

  /** The lanes of a row's last vector that the one before it holds as well. */
  private static VectorMask<Float> counted(int columns) {
    return SPECIES.indexInRange(0, (columns & -LANES) + LANES - columns);
  }

  private static void maxWide(MemorySegment from, long offset, int count, int columns, float[] to) {
    MemorySegment rows = from.asSlice(offset, 4L * count * columns);
    int whole = columns & -LANES;
    long last = 4L * (columns - LANES);
    VectorMask<Float> counted = counted(columns);
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
    VectorMask<Float> counted = counted(columns);
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
