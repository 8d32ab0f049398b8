package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.VECTOR_BYTES;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * The innermost loops of a matrix times a vector: four rows of the matrix at once.
 *
 * <p>A loop that ends where a long equals another is left as it is by the JIT. Any other it splits
 * and unrolls, and then a row of few vectors is spent in the parts before and behind, which check
 * every access; and it loads in an order that no processor fetches ahead in. Slices of the same
 * length for each quarter of the rows have the same offset into each checked once.
 */
final class MatrixVectorLoops {

  // lanes half a vector apart, and a quarter
  private static final VectorShuffle<Float> SWAP_HALVES = Transposition.swap(LANES / 2);
  private static final VectorShuffle<Float> SWAP_QUARTERS = Transposition.swap(LANES / 4);
  private static final VectorShuffle<Float> SWAP_2 = Transposition.swap(2);
  private static final VectorShuffle<Float> SWAP_1 = Transposition.swap(1);
  private static final VectorMask<Float> ODD_HALF = Transposition.odd(LANES / 2);
  private static final VectorMask<Float> ODD_QUARTER = Transposition.odd(LANES / 4);

  /**
   * Where {@link #sumOfEach} has the sums: the second vector's half a vector behind the first's.
   */
  private static final VectorShuffle<Float> FOUR_SUMS =
      VectorShuffle.fromOp(
          SPECIES, lane -> (lane & 1) * (LANES / 2) + (lane >> 1 & 1) * (LANES / 4));

  private MatrixVectorLoops() {}

  /**
   * Multiplies rows with a vector, four at once: one from each quarter of the rows.
   *
   * @param first the byte of the first row's first element
   * @param pitch bytes from one row to the next
   * @param rows how many, a multiple of {@link RowGroup#ROWS}
   * @param at the byte of the vector's first element
   * @param n elements of each row and of the vector, a vector of the machine at least
   * @param sums gets one sum for each row, the four that are taken at once side by side, and
   *     something without meaning up to a vector behind
   */
  static void dot(
      MemorySegment matrix,
      long first,
      long pitch,
      int rows,
      MemorySegment vector,
      long at,
      int n,
      float[] sums) {
    int quarter = rows / RowGroup.ROWS;
    long bytes = (quarter - 1) * pitch + 4L * n;
    MemorySegment a = known(matrix).asSlice(first, bytes);
    MemorySegment b = known(matrix).asSlice(first + quarter * pitch, bytes);
    MemorySegment c = known(matrix).asSlice(first + 2 * quarter * pitch, bytes);
    MemorySegment d = known(matrix).asSlice(first + 3 * quarter * pitch, bytes);
    MemorySegment v = known(vector).asSlice(at, 4L * n);
    long whole = 4L * (n & -LANES);
    // the last vector overlaps the one before it; lanes that were counted stay as they are
    long last = (n - LANES) * 4L;
    VectorMask<Float> old = SPECIES.indexInRange(0, (n & -LANES) + LANES - n);
    for (int row = 0; row < quarter; row++) {
      long start = row * pitch;
      FloatVector sumA = FloatVector.zero(SPECIES);
      FloatVector sumB = FloatVector.zero(SPECIES);
      FloatVector sumC = FloatVector.zero(SPECIES);
      FloatVector sumD = FloatVector.zero(SPECIES);
      long i = 0;
      while (i != whole) {
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, v, i, ORDER);
        sumA = FloatVector.fromMemorySegment(SPECIES, a, start + i, ORDER).fma(x, sumA);
        sumB = FloatVector.fromMemorySegment(SPECIES, b, start + i, ORDER).fma(x, sumB);
        sumC = FloatVector.fromMemorySegment(SPECIES, c, start + i, ORDER).fma(x, sumC);
        sumD = FloatVector.fromMemorySegment(SPECIES, d, start + i, ORDER).fma(x, sumD);
        i += VECTOR_BYTES;
      }
      if (last > whole - VECTOR_BYTES) {
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, v, last, ORDER);
        FloatVector lastA = FloatVector.fromMemorySegment(SPECIES, a, start + last, ORDER);
        FloatVector lastB = FloatVector.fromMemorySegment(SPECIES, b, start + last, ORDER);
        FloatVector lastC = FloatVector.fromMemorySegment(SPECIES, c, start + last, ORDER);
        FloatVector lastD = FloatVector.fromMemorySegment(SPECIES, d, start + last, ORDER);
        sumA = lastA.fma(x, sumA).blend(sumA, old);
        sumB = lastB.fma(x, sumB).blend(sumB, old);
        sumC = lastC.fma(x, sumC).blend(sumC, old);
        sumD = lastD.fma(x, sumD).blend(sumD, old);
      }
      sumOfEach(sumA, sumB, sumC, sumD).intoArray(sums, row * RowGroup.ROWS);
    }
  }

  /**
   * The sums of the lanes of four vectors in the first four lanes of one: by halves, and what two
   * vectors are halved to shares one vector.
   */
  static FloatVector sumOfEach(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector ab = a.blend(b, ODD_HALF).add(b.blend(a, ODD_HALF).rearrange(SWAP_HALVES));
    FloatVector cd = c.blend(d, ODD_HALF).add(d.blend(c, ODD_HALF).rearrange(SWAP_HALVES));
    FloatVector all =
        ab.blend(cd, ODD_QUARTER).add(cd.blend(ab, ODD_QUARTER).rearrange(SWAP_QUARTERS));
    if (LANES > 8) {
      all = all.add(all.rearrange(SWAP_2));
    }
    if (LANES > 4) {
      all = all.add(all.rearrange(SWAP_1));
    }
    return all.rearrange(FOUR_SUMS);
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
    MemorySegment a = known(matrix).asSlice(first, 4L * n);
    MemorySegment b = known(matrix).asSlice(first + pitch, 4L * n);
    MemorySegment c = known(matrix).asSlice(first + 2 * pitch, 4L * n);
    MemorySegment d = known(matrix).asSlice(first + 3 * pitch, 4L * n);
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

  /**
   * The same for rows in whole vectors from memory. Unrolled, {@link #add} goes along one row after
   * the other, which costs nothing in the caches; fences, which are no instructions, keep the order
   * of the loads.
   */
  static void addInOrder(
      MemorySegment matrix,
      long first,
      long pitch,
      float factorA,
      float factorB,
      float factorC,
      float factorD,
      int n,
      float[] sums) {
    MemorySegment a = known(matrix).asSlice(first, 4L * n);
    MemorySegment b = known(matrix).asSlice(first + pitch, 4L * n);
    MemorySegment c = known(matrix).asSlice(first + 2 * pitch, 4L * n);
    MemorySegment d = known(matrix).asSlice(first + 3 * pitch, 4L * n);
    FloatVector fa = FloatVector.broadcast(SPECIES, factorA);
    FloatVector fb = FloatVector.broadcast(SPECIES, factorB);
    FloatVector fc = FloatVector.broadcast(SPECIES, factorC);
    FloatVector fd = FloatVector.broadcast(SPECIES, factorD);
    for (int i = 0; i < n; i += LANES) {
      VarHandle.loadLoadFence();
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, i);
      sum = FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER).fma(fa, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER).fma(fb, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER).fma(fc, sum);
      sum = FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER).fma(fd, sum);
      sum.intoArray(sums, i);
    }
  }

  /**
   * Adds short rows, of a vector to some hundred floats, each times its factor, to a row of sums:
   * four at once, one from each quarter of the rows.
   *
   * <p>Where rows are no whole vectors, the last vector overlaps the one before it. Its sums lie
   * behind the others until {@link #joinLast}: what overlaps a store cannot be loaded before that
   * has reached the cache.
   *
   * @param first the byte of the first row's first element
   * @param pitch bytes from one row to the next
   * @param rows how many, a multiple of {@link RowGroup#ROWS}
   * @param at the byte of the first row's factor
   * @param step bytes from one factor to the next
   * @param n elements of each row
   * @param sums {@code n} floats, rounded up to whole vectors
   */
  static void addNarrow(
      MemorySegment matrix,
      long first,
      long pitch,
      int rows,
      MemorySegment factors,
      long at,
      long step,
      int n,
      float[] sums) {
    MemorySegment a = known(matrix).asSlice(first, (rows - 1) * pitch + 4L * n);
    MemorySegment f = known(factors).asSlice(at, (rows - 1) * step + 4L);
    int end = Lanes.wholeVectors(n);
    int last = n - LANES;
    int quarter = rows / RowGroup.ROWS;
    for (int row = 0; row < quarter; row++) {
      long rowB = (long) row + quarter;
      long rowC = rowB + quarter;
      long rowD = rowC + quarter;
      FloatVector fa = FloatVector.broadcast(SPECIES, f.get(ValueLayout.JAVA_FLOAT, row * step));
      FloatVector fb = FloatVector.broadcast(SPECIES, f.get(ValueLayout.JAVA_FLOAT, rowB * step));
      FloatVector fc = FloatVector.broadcast(SPECIES, f.get(ValueLayout.JAVA_FLOAT, rowC * step));
      FloatVector fd = FloatVector.broadcast(SPECIES, f.get(ValueLayout.JAVA_FLOAT, rowD * step));
      int i = 0;
      while (i != end) {
        long from = 4L * Math.min(i, last);
        FloatVector four =
            FloatVector.fromMemorySegment(SPECIES, a, row * pitch + from, ORDER).mul(fa);
        four = FloatVector.fromMemorySegment(SPECIES, a, rowB * pitch + from, ORDER).fma(fb, four);
        four = FloatVector.fromMemorySegment(SPECIES, a, rowC * pitch + from, ORDER).fma(fc, four);
        four = FloatVector.fromMemorySegment(SPECIES, a, rowD * pitch + from, ORDER).fma(fd, four);
        FloatVector.fromArray(SPECIES, sums, i).add(four).intoArray(sums, i);
        i += LANES;
      }
    }
  }

  /** Moves the last of {@code n} sums from where {@link #addNarrow} leaves them to the others. */
  static void joinLast(int n, float[] sums) {
    int end = Lanes.wholeVectors(n);
    int rest = n & LANES - 1;
    if (rest > 0) {
      System.arraycopy(sums, end - rest, sums, n - rest, rest);
    }
  }

  private static float at(MemorySegment row, int i) {
    return row.get(ValueLayout.JAVA_FLOAT, 4L * i);
  }

  /** The same with a single row. */
  static void addOne(MemorySegment matrix, long first, float factor, int n, float[] sums) {
    MemorySegment row = known(matrix).asSlice(first, 4L * n);
    for (int i = 0; i < n; i++) {
      sums[i] = Math.fma(at(row, i), factor, sums[i]);
    }
  }
}
