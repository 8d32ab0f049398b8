package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link StreamedMatmul}: rows of the right operand are added to rows of
 * sums, each times an element of the left operand.
 */
final class StreamedLoops {

  /** Rows of the right operand that are added at once. */
  static final int DEPTH = 4;

  /** Rows of sums that they are added to at once; the registers hold a factor for each pair. */
  static final int ROWS = Lanes.MANY_REGISTERS ? 4 : 2;

  /** Floats in a row of sums, at most. */
  static final int WIDTH = 1024;

  /**
   * From one row of sums to the next. A quarter of a page more than a whole number of them: a load
   * waits for a store of just before whose address ends with the same bits.
   */
  static final int SUMS_PITCH = WIDTH + 256;

  private StreamedLoops() {}

  /**
   * Adds {@link #DEPTH} rows of the right operand.
   *
   * @param a rows of the left operand, {@link MatmulBlocking#PITCH} floats apart
   * @param at the element of the first of them for the first row of the right operand
   * @param b the memory of the right operand
   * @param first the byte of the first element of its first row
   * @param pitch bytes from one of its rows to the next
   * @param n columns, whole vectors
   * @param rows rows of sums that are wanted, {@link #ROWS} at most; others may change, too
   * @param sums rows of sums, {@link #SUMS_PITCH} floats apart
   * @param to the first sum of the first row
   */
  static void addFour(
      float[] a,
      int at,
      MemorySegment b,
      long first,
      long pitch,
      int n,
      int rows,
      float[] sums,
      int to) {
    if (rows > 2) {
      addFourToFour(a, at, b, first, pitch, n, sums, to);
    } else {
      addFourToTwo(a, at, b, first, pitch, n, sums, to);
    }
  }

  private static void addFourToFour(
      float[] a, int at, MemorySegment b, long first, long pitch, int n, float[] sums, int to) {
    MemorySegment rowA = known(b).asSlice(first, 4L * n);
    MemorySegment rowB = known(b).asSlice(first + pitch, 4L * n);
    MemorySegment rowC = known(b).asSlice(first + 2 * pitch, 4L * n);
    MemorySegment rowD = known(b).asSlice(first + 3 * pitch, 4L * n);
    FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
    FloatVector b0 = FloatVector.broadcast(SPECIES, a[at + 1]);
    FloatVector c0 = FloatVector.broadcast(SPECIES, a[at + 2]);
    FloatVector d0 = FloatVector.broadcast(SPECIES, a[at + 3]);
    FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + PITCH]);
    FloatVector b1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 1]);
    FloatVector c1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 2]);
    FloatVector d1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 3]);
    FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * PITCH]);
    FloatVector b2 = FloatVector.broadcast(SPECIES, a[at + 2 * PITCH + 1]);
    FloatVector c2 = FloatVector.broadcast(SPECIES, a[at + 2 * PITCH + 2]);
    FloatVector d2 = FloatVector.broadcast(SPECIES, a[at + 2 * PITCH + 3]);
    FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * PITCH]);
    FloatVector b3 = FloatVector.broadcast(SPECIES, a[at + 3 * PITCH + 1]);
    FloatVector c3 = FloatVector.broadcast(SPECIES, a[at + 3 * PITCH + 2]);
    FloatVector d3 = FloatVector.broadcast(SPECIES, a[at + 3 * PITCH + 3]);
    for (int i = 0; i < n; i += LANES) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rowA, 4L * i, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rowB, 4L * i, ORDER);
      FloatVector bc = FloatVector.fromMemorySegment(SPECIES, rowC, 4L * i, ORDER);
      FloatVector bd = FloatVector.fromMemorySegment(SPECIES, rowD, 4L * i, ORDER);
      FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, to + i);
      FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, to + i + SUMS_PITCH);
      FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, to + i + 2 * SUMS_PITCH);
      FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, to + i + 3 * SUMS_PITCH);
      sum0 = bd.fma(d0, bc.fma(c0, bb.fma(b0, ba.fma(a0, sum0))));
      sum1 = bd.fma(d1, bc.fma(c1, bb.fma(b1, ba.fma(a1, sum1))));
      sum2 = bd.fma(d2, bc.fma(c2, bb.fma(b2, ba.fma(a2, sum2))));
      sum3 = bd.fma(d3, bc.fma(c3, bb.fma(b3, ba.fma(a3, sum3))));
      sum0.intoArray(sums, to + i);
      sum1.intoArray(sums, to + i + SUMS_PITCH);
      sum2.intoArray(sums, to + i + 2 * SUMS_PITCH);
      sum3.intoArray(sums, to + i + 3 * SUMS_PITCH);
    }
  }

  private static void addFourToTwo(
      float[] a, int at, MemorySegment b, long first, long pitch, int n, float[] sums, int to) {
    MemorySegment rowA = known(b).asSlice(first, 4L * n);
    MemorySegment rowB = known(b).asSlice(first + pitch, 4L * n);
    MemorySegment rowC = known(b).asSlice(first + 2 * pitch, 4L * n);
    MemorySegment rowD = known(b).asSlice(first + 3 * pitch, 4L * n);
    FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
    FloatVector b0 = FloatVector.broadcast(SPECIES, a[at + 1]);
    FloatVector c0 = FloatVector.broadcast(SPECIES, a[at + 2]);
    FloatVector d0 = FloatVector.broadcast(SPECIES, a[at + 3]);
    FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + PITCH]);
    FloatVector b1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 1]);
    FloatVector c1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 2]);
    FloatVector d1 = FloatVector.broadcast(SPECIES, a[at + PITCH + 3]);
    for (int i = 0; i < n; i += LANES) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rowA, 4L * i, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rowB, 4L * i, ORDER);
      FloatVector bc = FloatVector.fromMemorySegment(SPECIES, rowC, 4L * i, ORDER);
      FloatVector bd = FloatVector.fromMemorySegment(SPECIES, rowD, 4L * i, ORDER);
      FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, to + i);
      FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, to + i + SUMS_PITCH);
      sum0 = bd.fma(d0, bc.fma(c0, bb.fma(b0, ba.fma(a0, sum0))));
      sum1 = bd.fma(d1, bc.fma(c1, bb.fma(b1, ba.fma(a1, sum1))));
      sum0.intoArray(sums, to + i);
      sum1.intoArray(sums, to + i + SUMS_PITCH);
    }
  }

  /** Adds a single row of the right operand, times {@code a[at]}, to a single row of sums. */
  static void addOne(float[] a, int at, MemorySegment b, long first, int n, float[] sums, int to) {
    MemorySegment row = known(b).asSlice(first, 4L * n);
    FloatVector factor = FloatVector.broadcast(SPECIES, a[at]);
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, to + i);
      FloatVector.fromMemorySegment(SPECIES, row, 4L * i, ORDER)
          .fma(factor, sum)
          .intoArray(sums, to + i);
    }
  }

  /** Stores a row of sums, or adds it to what is there. */
  static void store(float[] sums, int from, boolean add, MemorySegment to, long first, int n) {
    if (!add) {
      MemorySegment.copy(sums, from, to, ValueLayout.JAVA_FLOAT, first, n);
      return;
    }
    MemorySegment row = known(to).asSlice(first, 4L * n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, row, 4L * i, ORDER)
          .add(FloatVector.fromArray(SPECIES, sums, from + i))
          .intoMemorySegment(row, 4L * i, ORDER);
    }
  }
}
