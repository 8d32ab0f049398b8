package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.MatmulBlocking.START;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link DotMatmul}: some packed rows of the left operand with four of the
 * right one, each with each. Lanes are summed up apart from that, which keeps the loops small
 * enough for every tier of the JIT, as with {@link MatmulKernel}.
 */
final class DotLoops {

  /** Rows of the left operand that are taken at once; with their sums they fit the registers. */
  static final int ROWS = Lanes.MANY_REGISTERS ? 4 : 2;

  private DotLoops() {}

  /**
   * Multiplies each row with each.
   *
   * @param a rows of the left operand, {@link MatmulBlocking#PITCH} floats apart
   * @param at the first element of the first row
   * @param b the memory of the right operand
   * @param first the byte of the first of its four rows
   * @param pitch bytes from one of them to the next
   * @param depth elements of each row, in whole vectors
   * @param rows rows of the left operand that are wanted, {@link #ROWS} at most
   * @param tile gets a vector of sums for each pair from {@link MatmulBlocking#START} on, four for
   *     each row of the left operand
   */
  static void run(
      float[] a,
      int at,
      MemorySegment b,
      long first,
      long pitch,
      int depth,
      int rows,
      float[] tile) {
    if (rows > 2) {
      four(a, at, b, first, pitch, depth, tile);
    } else {
      two(a, at, b, first, pitch, depth, tile);
    }
  }

  private static void four(
      float[] a, int at, MemorySegment b, long first, long pitch, int depth, float[] tile) {
    MemorySegment rowA = known(b).asSlice(first, 4L * depth);
    MemorySegment rowB = known(b).asSlice(first + pitch, 4L * depth);
    MemorySegment rowC = known(b).asSlice(first + 2 * pitch, 4L * depth);
    MemorySegment rowD = known(b).asSlice(first + 3 * pitch, 4L * depth);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c0c = FloatVector.zero(SPECIES);
    FloatVector c0d = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c1c = FloatVector.zero(SPECIES);
    FloatVector c1d = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c2c = FloatVector.zero(SPECIES);
    FloatVector c2d = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c3c = FloatVector.zero(SPECIES);
    FloatVector c3d = FloatVector.zero(SPECIES);
    for (int p = 0; p < depth; p += LANES) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rowA, p * 4L, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rowB, p * 4L, ORDER);
      FloatVector bc = FloatVector.fromMemorySegment(SPECIES, rowC, p * 4L, ORDER);
      FloatVector bd = FloatVector.fromMemorySegment(SPECIES, rowD, p * 4L, ORDER);
      FloatVector a0 = FloatVector.fromArray(SPECIES, a, at + p);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      c0c = a0.fma(bc, c0c);
      c0d = a0.fma(bd, c0d);
      FloatVector a1 = FloatVector.fromArray(SPECIES, a, at + p + PITCH);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      c1c = a1.fma(bc, c1c);
      c1d = a1.fma(bd, c1d);
      FloatVector a2 = FloatVector.fromArray(SPECIES, a, at + p + 2 * PITCH);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      c2c = a2.fma(bc, c2c);
      c2d = a2.fma(bd, c2d);
      FloatVector a3 = FloatVector.fromArray(SPECIES, a, at + p + 3 * PITCH);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      c3c = a3.fma(bc, c3c);
      c3d = a3.fma(bd, c3d);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c0c.intoArray(tile, START + 2 * LANES);
    c0d.intoArray(tile, START + 3 * LANES);
    c1a.intoArray(tile, START + 4 * LANES);
    c1b.intoArray(tile, START + 5 * LANES);
    c1c.intoArray(tile, START + 6 * LANES);
    c1d.intoArray(tile, START + 7 * LANES);
    c2a.intoArray(tile, START + 8 * LANES);
    c2b.intoArray(tile, START + 9 * LANES);
    c2c.intoArray(tile, START + 10 * LANES);
    c2d.intoArray(tile, START + 11 * LANES);
    c3a.intoArray(tile, START + 12 * LANES);
    c3b.intoArray(tile, START + 13 * LANES);
    c3c.intoArray(tile, START + 14 * LANES);
    c3d.intoArray(tile, START + 15 * LANES);
  }

  private static void two(
      float[] a, int at, MemorySegment b, long first, long pitch, int depth, float[] tile) {
    MemorySegment rowA = known(b).asSlice(first, 4L * depth);
    MemorySegment rowB = known(b).asSlice(first + pitch, 4L * depth);
    MemorySegment rowC = known(b).asSlice(first + 2 * pitch, 4L * depth);
    MemorySegment rowD = known(b).asSlice(first + 3 * pitch, 4L * depth);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c0c = FloatVector.zero(SPECIES);
    FloatVector c0d = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c1c = FloatVector.zero(SPECIES);
    FloatVector c1d = FloatVector.zero(SPECIES);
    for (int p = 0; p < depth; p += LANES) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rowA, p * 4L, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rowB, p * 4L, ORDER);
      FloatVector bc = FloatVector.fromMemorySegment(SPECIES, rowC, p * 4L, ORDER);
      FloatVector bd = FloatVector.fromMemorySegment(SPECIES, rowD, p * 4L, ORDER);
      FloatVector a0 = FloatVector.fromArray(SPECIES, a, at + p);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      c0c = a0.fma(bc, c0c);
      c0d = a0.fma(bd, c0d);
      FloatVector a1 = FloatVector.fromArray(SPECIES, a, at + p + PITCH);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      c1c = a1.fma(bc, c1c);
      c1d = a1.fma(bd, c1d);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c0c.intoArray(tile, START + 2 * LANES);
    c0d.intoArray(tile, START + 3 * LANES);
    c1a.intoArray(tile, START + 4 * LANES);
    c1b.intoArray(tile, START + 5 * LANES);
    c1c.intoArray(tile, START + 6 * LANES);
    c1d.intoArray(tile, START + 7 * LANES);
  }

  /**
   * Sums up the lanes of each vector of a tile.
   *
   * @param sums gets four sums for each row, and something without meaning up to a vector behind
   */
  static void sum(float[] tile, int rows, float[] sums) {
    for (int row = 0; row < rows; row++) {
      int at = START + row * RowGroup.ROWS * LANES;
      MatrixVectorLoops.sumOfEach(
              FloatVector.fromArray(SPECIES, tile, at),
              FloatVector.fromArray(SPECIES, tile, at + LANES),
              FloatVector.fromArray(SPECIES, tile, at + 2 * LANES),
              FloatVector.fromArray(SPECIES, tile, at + 3 * LANES))
          .intoArray(sums, row * RowGroup.ROWS);
    }
  }
}
