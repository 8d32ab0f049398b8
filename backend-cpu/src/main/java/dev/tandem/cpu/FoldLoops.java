package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.VECTOR_BYTES;
import static dev.tandem.cpu.OffHeap.known;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Folds a run of floats into one value, with four accumulators, which hides the latency of the
 * operations; their lanes are combined in double, in order, so that the bits never depend on how
 * the JIT compiled it.
 */
final class FoldLoops {

  /** Shorter runs are folded one by one. */
  private static final int SCALAR_BELOW = 2 * LANES;

  /** Floats of each quarter, at most, that are summed up in float. */
  private static final int BLOCK = 8192;

  private FoldLoops() {}

  /**
   * The fold of {@code n} floats from byte {@code offset} on.
   *
   * @param lanes two vectors of memory to work in
   */
  static double fold(ReduceOp op, MemorySegment from, long offset, int n, MemorySegment lanes) {
    if (n < SCALAR_BELOW) {
      return foldScalar(op, from, offset, n);
    }
    int whole = n & -LANES;
    int quarter = whole / 4 & -LANES;
    int blocks = Math.max(1, (quarter + BLOCK - 1) / BLOCK);
    long pitch = 4L * quarter;
    double folded = op.start();
    for (int block = 0; block < blocks; block++) {
      int first = block * BLOCK;
      int length = Math.min(quarter - first, BLOCK);
      boolean isLast = block == blocks - 1;
      int lengthOfFourth = isLast ? whole - 3 * quarter - first : BLOCK; // it has what is left over
      long at = offset + 4L * first;
      switch (op) {
        case SUM, MEAN -> sum(from, at, pitch, length, lengthOfFourth, lanes);
        case MAX -> max(from, at, pitch, length, lengthOfFourth, lanes);
        case MIN -> min(from, at, pitch, length, lengthOfFourth, lanes);
      }
      folded = op.combine(folded, foldScalar(op, lanes, 0, 2 * LANES));
    }
    return n == whole
        ? folded
        : op.combine(folded, foldScalar(op, from, offset + 4L * whole, n - whole));
  }

  private static double foldScalar(ReduceOp op, MemorySegment from, long offset, int n) {
    return switch (op) {
      case SUM, MEAN -> sumScalar(from, offset, n);
      case MAX -> maxScalar(from, offset, n);
      case MIN -> minScalar(from, offset, n);
    };
  }

  private static double sumScalar(MemorySegment from, long offset, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i);
    }
    return sum;
  }

  private static double maxScalar(MemorySegment from, long offset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i));
    }
    return max;
  }

  private static double minScalar(MemorySegment from, long offset, int n) {
    float min = Float.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      min = Math.min(min, from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i));
    }
    return min;
  }

  /**
   * Adds up {@code n} floats in each of four places, {@code pitch} bytes apart from each other: the
   * processor fetches ahead in each of them. The fourth has some more. Maxima and minima are in a
   * loop that the JIT does not unroll, see {@link MatrixVectorLoops}: unrolled, they read in an
   * order that no processor fetches ahead in.
   */
  private static void sum(
      MemorySegment from, long offset, long pitch, int n, int nOfFourth, MemorySegment lanes) {
    MemorySegment a = known(from).asSlice(offset, 4L * n);
    MemorySegment b = known(from).asSlice(offset + pitch, 4L * n);
    MemorySegment c = known(from).asSlice(offset + 2 * pitch, 4L * n);
    MemorySegment d = known(from).asSlice(offset + 3 * pitch, 4L * nOfFourth);
    FloatVector first = FloatVector.zero(SPECIES);
    FloatVector second = first;
    FloatVector third = first;
    FloatVector fourth = first;
    for (int i = 0; i < n; i += LANES) {
      first = first.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER));
      second = second.add(FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER));
      third = third.add(FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER));
      fourth = fourth.add(FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER));
    }
    for (int i = n; i < nOfFourth; i += LANES) {
      fourth = fourth.add(FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER));
    }
    first.add(second).intoMemorySegment(lanes, 0, ORDER);
    third.add(fourth).intoMemorySegment(lanes, LANES * 4L, ORDER);
  }

  private static void max(
      MemorySegment from, long offset, long pitch, int n, int nOfFourth, MemorySegment lanes) {
    MemorySegment a = known(from).asSlice(offset, 4L * n);
    MemorySegment b = known(from).asSlice(offset + pitch, 4L * n);
    MemorySegment c = known(from).asSlice(offset + 2 * pitch, 4L * n);
    MemorySegment d = known(from).asSlice(offset + 3 * pitch, 4L * nOfFourth);
    FloatVector first = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector second = first;
    FloatVector third = first;
    FloatVector fourth = first;
    long end = 4L * n;
    long at = 0;
    while (at != end) {
      first = first.max(FloatVector.fromMemorySegment(SPECIES, a, at, ORDER));
      second = second.max(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER));
      third = third.max(FloatVector.fromMemorySegment(SPECIES, c, at, ORDER));
      fourth = fourth.max(FloatVector.fromMemorySegment(SPECIES, d, at, ORDER));
      at += VECTOR_BYTES;
    }
    for (int i = n; i < nOfFourth; i += LANES) {
      fourth = fourth.max(FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER));
    }
    first.max(second).intoMemorySegment(lanes, 0, ORDER);
    third.max(fourth).intoMemorySegment(lanes, LANES * 4L, ORDER);
  }

  private static void min(
      MemorySegment from, long offset, long pitch, int n, int nOfFourth, MemorySegment lanes) {
    MemorySegment a = known(from).asSlice(offset, 4L * n);
    MemorySegment b = known(from).asSlice(offset + pitch, 4L * n);
    MemorySegment c = known(from).asSlice(offset + 2 * pitch, 4L * n);
    MemorySegment d = known(from).asSlice(offset + 3 * pitch, 4L * nOfFourth);
    FloatVector first = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector second = first;
    FloatVector third = first;
    FloatVector fourth = first;
    long end = 4L * n;
    long at = 0;
    while (at != end) {
      first = first.min(FloatVector.fromMemorySegment(SPECIES, a, at, ORDER));
      second = second.min(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER));
      third = third.min(FloatVector.fromMemorySegment(SPECIES, c, at, ORDER));
      fourth = fourth.min(FloatVector.fromMemorySegment(SPECIES, d, at, ORDER));
      at += VECTOR_BYTES;
    }
    for (int i = n; i < nOfFourth; i += LANES) {
      fourth = fourth.min(FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER));
    }
    first.min(second).intoMemorySegment(lanes, 0, ORDER);
    third.min(fourth).intoMemorySegment(lanes, LANES * 4L, ORDER);
  }

  /** The function that combines values element by element. */
  static StripLoop combination(ReduceOp op) {
    return BinaryLoops.of(
        switch (op) {
          case SUM, MEAN -> BinaryOp.ADD;
          case MAX -> BinaryOp.MAXIMUM;
          case MIN -> BinaryOp.MINIMUM;
        });
  }

  /**
   * The function that folds three strips into one, element by element and one after the other:
   * {@code out[i] = ((out[i] + a[i]) + b[i]) + c[i]}. None of them is uniform.
   */
  static StripLoop combinationOfThree(ReduceOp op) {
    return switch (op) {
      case SUM, MEAN -> (a, b, c, out, spare, n) -> addThree(a, b, c, out, n);
      case MAX -> (a, b, c, out, spare, n) -> maximumOfThree(a, b, c, out, n);
      case MIN -> (a, b, c, out, spare, n) -> minimumOfThree(a, b, c, out, n);
    };
  }

  private static void addThree(Strip a, Strip b, Strip c, Strip out, int n) {
    MemorySegment first = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment second = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment third = known(c.segment).asSlice(c.offset, c.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector folded = FloatVector.fromMemorySegment(SPECIES, to, i * 4L, ORDER);
      folded = folded.add(FloatVector.fromMemorySegment(SPECIES, first, i * 4L, ORDER));
      folded = folded.add(FloatVector.fromMemorySegment(SPECIES, second, i * 4L, ORDER));
      folded = folded.add(FloatVector.fromMemorySegment(SPECIES, third, i * 4L, ORDER));
      folded.intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static void maximumOfThree(Strip a, Strip b, Strip c, Strip out, int n) {
    MemorySegment first = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment second = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment third = known(c.segment).asSlice(c.offset, c.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector folded = FloatVector.fromMemorySegment(SPECIES, to, i * 4L, ORDER);
      folded = folded.max(FloatVector.fromMemorySegment(SPECIES, first, i * 4L, ORDER));
      folded = folded.max(FloatVector.fromMemorySegment(SPECIES, second, i * 4L, ORDER));
      folded = folded.max(FloatVector.fromMemorySegment(SPECIES, third, i * 4L, ORDER));
      folded.intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static void minimumOfThree(Strip a, Strip b, Strip c, Strip out, int n) {
    MemorySegment first = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment second = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment third = known(c.segment).asSlice(c.offset, c.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector folded = FloatVector.fromMemorySegment(SPECIES, to, i * 4L, ORDER);
      folded = folded.min(FloatVector.fromMemorySegment(SPECIES, first, i * 4L, ORDER));
      folded = folded.min(FloatVector.fromMemorySegment(SPECIES, second, i * 4L, ORDER));
      folded = folded.min(FloatVector.fromMemorySegment(SPECIES, third, i * 4L, ORDER));
      folded.intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** Adds {@code n} floats to as many doubles. */
  static void addTo(
      double[] totals, int first, ReduceOp op, MemorySegment from, long offset, int n) {
    switch (op) {
      case SUM, MEAN -> sumTo(totals, first, from, offset, n);
      case MAX -> maxTo(totals, first, from, offset, n);
      case MIN -> minTo(totals, first, from, offset, n);
    }
  }

  private static void sumTo(double[] totals, int first, MemorySegment from, long offset, int n) {
    for (int i = 0; i < n; i++) {
      totals[first + i] += from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i);
    }
  }

  private static void maxTo(double[] totals, int first, MemorySegment from, long offset, int n) {
    for (int i = 0; i < n; i++) {
      totals[first + i] =
          Math.max(totals[first + i], from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i));
    }
  }

  private static void minTo(double[] totals, int first, MemorySegment from, long offset, int n) {
    for (int i = 0; i < n; i++) {
      totals[first + i] =
          Math.min(totals[first + i], from.get(ValueLayout.JAVA_FLOAT, offset + 4L * i));
    }
  }
}
