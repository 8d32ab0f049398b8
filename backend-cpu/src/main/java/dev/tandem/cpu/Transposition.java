package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes a square of as many rows and columns as a vector has lanes, in registers: a network in
 * which rows at distance 1, 2, 4 ... exchange half of their lanes. Two passes of two steps each
 * keep the number of live vectors at four.
 */
final class Transposition {

  /** Floats of the buffer between the passes. */
  static final int BUFFER = LANES * LANES;

  // the lanes at distance d, and the masks of those whose number has bit d
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorMask<Float> ODD_1 = odd(1);
  private static final VectorMask<Float> ODD_2 = odd(2);
  private static final VectorMask<Float> ODD_4 = odd(4);
  private static final VectorMask<Float> ODD_8 = odd(8);
  private static final VectorMask<Float> EVEN_1 = ODD_1.not();
  private static final VectorMask<Float> EVEN_2 = ODD_2.not();
  private static final VectorMask<Float> EVEN_4 = ODD_4.not();
  private static final VectorMask<Float> EVEN_8 = ODD_8.not();

  private Transposition() {}

  /** Exchanges lanes that are so far apart, a power of two. */
  static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) & (LANES - 1));
  }

  /** The lanes whose number has this bit. */
  static VectorMask<Float> odd(int distance) {
    boolean[] lanes = new boolean[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = (lane & distance) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  /**
   * Transposes part of a matrix into an array: element (row, column) goes to {@code to[at + column
   * * toPitch + row]}. A whole square is written; where rows or columns are missing, with zeros.
   *
   * @param first the byte of the first element
   * @param pitch bytes from one row to the next
   * @param rows rows there are, at most {@link Lanes#LANES}
   * @param columns columns there are, at most as many
   * @param buffer {@link #BUFFER} floats to work in
   */
  static void run(
      MemorySegment from,
      long first,
      long pitch,
      int rows,
      int columns,
      float[] buffer,
      float[] to,
      int at,
      int toPitch) {
    if (rows == LANES && columns == LANES) {
      exchangeNear(from, first, pitch, buffer);
    } else {
      MemorySegment source = known(from).asSlice(first);
      VectorMask<Float> mask = SPECIES.indexInRange(0, columns);
      for (int row = 0; row < LANES; row++) {
        FloatVector vector =
            row < rows
                ? FloatVector.fromMemorySegment(SPECIES, source, row * pitch, ORDER, mask)
                : FloatVector.zero(SPECIES);
        vector.intoArray(buffer, row * LANES);
      }
      exchangeNear(buffer);
    }
    if (LANES == 16) {
      exchangeFar16(buffer, to, at, toPitch);
    } else if (LANES == 8) {
      exchangeFar8(buffer, to, at, toPitch);
    } else {
      copyOut(buffer, to, at, toPitch);
    }
  }

  /** The steps of distance 1 and 2, within groups of four neighbouring rows. */
  private static void exchangeNear(float[] buffer) {
    for (int at = 0; at < LANES * LANES; at += 4 * LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, buffer, at);
      FloatVector b = FloatVector.fromArray(SPECIES, buffer, at + LANES);
      FloatVector c = FloatVector.fromArray(SPECIES, buffer, at + 2 * LANES);
      FloatVector d = FloatVector.fromArray(SPECIES, buffer, at + 3 * LANES);
      FloatVector a1 = a.blend(b.rearrange(SWAP_1), ODD_1);
      FloatVector b1 = b.blend(a.rearrange(SWAP_1), EVEN_1);
      FloatVector c1 = c.blend(d.rearrange(SWAP_1), ODD_1);
      FloatVector d1 = d.blend(c.rearrange(SWAP_1), EVEN_1);
      a1.blend(c1.rearrange(SWAP_2), ODD_2).intoArray(buffer, at);
      b1.blend(d1.rearrange(SWAP_2), ODD_2).intoArray(buffer, at + LANES);
      c1.blend(a1.rearrange(SWAP_2), EVEN_2).intoArray(buffer, at + 2 * LANES);
      d1.blend(b1.rearrange(SWAP_2), EVEN_2).intoArray(buffer, at + 3 * LANES);
    }
  }

  /** The same with the rows where they come from. */
  private static void exchangeNear(MemorySegment from, long first, long pitch, float[] buffer) {
    MemorySegment rows = known(from).asSlice(first);
    for (int row = 0; row < LANES; row += 4) {
      long start = row * pitch;
      int at = row * LANES;
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, rows, start, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, rows, start + pitch, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, rows, start + 2 * pitch, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, rows, start + 3 * pitch, ORDER);
      FloatVector a1 = a.blend(b.rearrange(SWAP_1), ODD_1);
      FloatVector b1 = b.blend(a.rearrange(SWAP_1), EVEN_1);
      FloatVector c1 = c.blend(d.rearrange(SWAP_1), ODD_1);
      FloatVector d1 = d.blend(c.rearrange(SWAP_1), EVEN_1);
      a1.blend(c1.rearrange(SWAP_2), ODD_2).intoArray(buffer, at);
      b1.blend(d1.rearrange(SWAP_2), ODD_2).intoArray(buffer, at + LANES);
      c1.blend(a1.rearrange(SWAP_2), EVEN_2).intoArray(buffer, at + 2 * LANES);
      d1.blend(b1.rearrange(SWAP_2), EVEN_2).intoArray(buffer, at + 3 * LANES);
    }
  }

  /** The steps of distance 4 and 8, between rows that are 4 apart. */
  private static void exchangeFar16(float[] buffer, float[] to, int at, int pitch) {
    for (int row = 0; row < 4; row++) {
      FloatVector a = FloatVector.fromArray(SPECIES, buffer, row * LANES);
      FloatVector b = FloatVector.fromArray(SPECIES, buffer, (row + 4) * LANES);
      FloatVector c = FloatVector.fromArray(SPECIES, buffer, (row + 8) * LANES);
      FloatVector d = FloatVector.fromArray(SPECIES, buffer, (row + 12) * LANES);
      FloatVector a4 = a.blend(b.rearrange(SWAP_4), ODD_4);
      FloatVector b4 = b.blend(a.rearrange(SWAP_4), EVEN_4);
      FloatVector c4 = c.blend(d.rearrange(SWAP_4), ODD_4);
      FloatVector d4 = d.blend(c.rearrange(SWAP_4), EVEN_4);
      a4.blend(c4.rearrange(SWAP_8), ODD_8).intoArray(to, at + row * pitch);
      b4.blend(d4.rearrange(SWAP_8), ODD_8).intoArray(to, at + (row + 4) * pitch);
      c4.blend(a4.rearrange(SWAP_8), EVEN_8).intoArray(to, at + (row + 8) * pitch);
      d4.blend(b4.rearrange(SWAP_8), EVEN_8).intoArray(to, at + (row + 12) * pitch);
    }
  }

  /** The step of distance 4, for vectors of 8 lanes. */
  private static void exchangeFar8(float[] buffer, float[] to, int at, int pitch) {
    for (int row = 0; row < 4; row++) {
      FloatVector a = FloatVector.fromArray(SPECIES, buffer, row * LANES);
      FloatVector b = FloatVector.fromArray(SPECIES, buffer, (row + 4) * LANES);
      a.blend(b.rearrange(SWAP_4), ODD_4).intoArray(to, at + row * pitch);
      b.blend(a.rearrange(SWAP_4), EVEN_4).intoArray(to, at + (row + 4) * pitch);
    }
  }

  private static void copyOut(float[] buffer, float[] to, int at, int pitch) {
    for (int row = 0; row < LANES; row++) {
      FloatVector.fromArray(SPECIES, buffer, row * LANES).intoArray(to, at + row * pitch);
    }
  }
}
