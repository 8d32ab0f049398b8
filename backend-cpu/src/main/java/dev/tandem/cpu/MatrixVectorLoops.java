package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The innermost loops of a matrix times a vector: four rows of the matrix at once. */
final class MatrixVectorLoops {

  /** Rows that a loop takes at once. */
  static final int ROWS = 4;

  private MatrixVectorLoops() {}

  /**
   * Multiplies four rows with a vector.
   *
   * @param first the byte of the first row's first element
   * @param pitch bytes from one row to the next
   * @param at the byte of the vector's first element
   * @param n elements of each row and of the vector, a vector of the machine at least
   * @param lanes gets {@code ROWS * LANES} sums, one vector for each row, to be added up
   */
  static void dot(
      MemorySegment matrix,
      long first,
      long pitch,
      MemorySegment vector,
      long at,
      int n,
      float[] lanes) {
    MemorySegment a = matrix.asSlice(first, 4L * n);
    MemorySegment b = matrix.asSlice(first + pitch, 4L * n);
    MemorySegment c = matrix.asSlice(first + 2 * pitch, 4L * n);
    MemorySegment d = matrix.asSlice(first + 3 * pitch, 4L * n);
    MemorySegment v = vector.asSlice(at, 4L * n);
    FloatVector sumA = FloatVector.zero(SPECIES);
    FloatVector sumB = FloatVector.zero(SPECIES);
    FloatVector sumC = FloatVector.zero(SPECIES);
    FloatVector sumD = FloatVector.zero(SPECIES);
    int whole = n & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, v, i * 4L, ORDER);
      sumA = FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER).fma(x, sumA);
      sumB = FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER).fma(x, sumB);
      sumC = FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER).fma(x, sumC);
      sumD = FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER).fma(x, sumD);
    }
    if (whole < n) {
      // the last vector overlaps the one before it; lanes that were counted stay as they are
      VectorMask<Float> old = SPECIES.indexInRange(0, whole + LANES - n);
      long last = (n - LANES) * 4L;
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, v, last, ORDER);
      sumA = FloatVector.fromMemorySegment(SPECIES, a, last, ORDER).fma(x, sumA).blend(sumA, old);
      sumB = FloatVector.fromMemorySegment(SPECIES, b, last, ORDER).fma(x, sumB).blend(sumB, old);
      sumC = FloatVector.fromMemorySegment(SPECIES, c, last, ORDER).fma(x, sumC).blend(sumC, old);
      sumD = FloatVector.fromMemorySegment(SPECIES, d, last, ORDER).fma(x, sumD).blend(sumD, old);
    }
    sumA.intoArray(lanes, 0);
    sumB.intoArray(lanes, LANES);
    sumC.intoArray(lanes, 2 * LANES);
    sumD.intoArray(lanes, 3 * LANES);
  }

  /** The sum of a vector's lanes, in an order that does not depend on the JIT. */
  static float sum(float[] lanes, int from) {
    float even = 0;
    float odd = 0;
    for (int i = from; i < from + LANES; i += 2) {
      even += lanes[i];
      odd += lanes[i + 1];
    }
    return even + odd;
  }

  /**
   * Adds four rows, each times a factor, to a row of sums.
   *
   * @param first the byte of the first row's first element
   * @param pitch bytes from one row to the next
   * @param n elements of each row
   */
  static void add(
      MemorySegment matrix,
      long first,
      long pitch,
      float factorA,
      float factorB,
      float factorC,
      float factorD,
      int n,
      float[] sums) {
    MemorySegment a = matrix.asSlice(first, 4L * n);
    MemorySegment b = matrix.asSlice(first + pitch, 4L * n);
    MemorySegment c = matrix.asSlice(first + 2 * pitch, 4L * n);
    MemorySegment d = matrix.asSlice(first + 3 * pitch, 4L * n);
    FloatVector fa = FloatVector.broadcast(SPECIES, factorA);
    FloatVector fb = FloatVector.broadcast(SPECIES, factorB);
    FloatVector fc = FloatVector.broadcast(SPECIES, factorC);
    FloatVector fd = FloatVector.broadcast(SPECIES, factorD);
    int whole = n & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, i);
      sum = FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER).fma(fa, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER).fma(fb, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER).fma(fc, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER).fma(fd, sum);
      sum.intoArray(sums, i);
    }
    for (int i = whole; i < n; i++) {
      sums[i] = Math.fma(at(a, i), factorA, sums[i]);
      sums[i] = Math.fma(at(b, i), factorB, sums[i]);
      sums[i] = Math.fma(at(c, i), factorC, sums[i]);
      sums[i] = Math.fma(at(d, i), factorD, sums[i]);
    }
  }

  private static float at(MemorySegment row, int i) {
    return row.get(ValueLayout.JAVA_FLOAT, 4L * i);
  }

  /** The same with a single row. */
  static void addOne(MemorySegment matrix, long first, float factor, int n, float[] sums) {
    MemorySegment row = matrix.asSlice(first, 4L * n);
    for (int i = 0; i < n; i++) {
      sums[i] = Math.fma(at(row, i), factor, sums[i]);
    }
  }
}
