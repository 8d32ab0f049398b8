package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.MANY_REGISTERS;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.MatmulBlocking.START;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/**
 * The same tiles as {@link MatmulKernel}'s with the right operand read where it lies, for products
 * so small or flat that packing it would not pay. Its rows must be contiguous.
 */
final class DirectMatmulKernel {

  private DirectMatmulKernel() {}

  /**
   * Computes a tile.
   *
   * @param a rows of the left operand, {@link MatmulBlocking#PITCH} floats apart
   * @param at the first element of the tile's first row
   * @param b the memory of the right operand
   * @param from the byte of the first element of the tile's first column
   * @param pitch bytes from one row of the right operand to the next
   * @param depth how many products each element sums up
   * @param rows rows wanted; the tile may get more, which mean nothing
   * @param second bytes from the tile's first vector of columns to its second, 0 where there is one
   * @param tile gets the tile from {@link MatmulBlocking#START} on, {@link MatmulBlocking#WIDTH}
   *     floats a row
   */
  static void run(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long pitch,
      int depth,
      int rows,
      long second,
      float[] tile) {
    if (second == 0) {
      HalfDirectMatmulKernel.run(a, at, b, from, pitch, depth, rows, tile);
    } else if (rows > 8) {
      tile12x2(a, at, b, from, second, pitch, depth, tile);
    } else if (rows > 4 && MANY_REGISTERS) {
      tile8x2(a, at, b, from, second, pitch, depth, tile);
    } else if (rows > 4) {
      tile6x2(a, at, b, from, second, pitch, depth, tile);
    } else {
      tile4x2(a, at, b, from, second, pitch, depth, tile);
    }
  }

  private static void tile12x2(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long second,
      long pitch,
      int depth,
      float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    FloatVector c8a = FloatVector.zero(SPECIES);
    FloatVector c8b = FloatVector.zero(SPECIES);
    FloatVector c9a = FloatVector.zero(SPECIES);
    FloatVector c9b = FloatVector.zero(SPECIES);
    FloatVector c10a = FloatVector.zero(SPECIES);
    FloatVector c10b = FloatVector.zero(SPECIES);
    FloatVector c11a = FloatVector.zero(SPECIES);
    FloatVector c11b = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rows, row + second, ORDER);
      row += pitch;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + p]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + p + PITCH]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + p + 6 * PITCH]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + p + 7 * PITCH]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + p + 8 * PITCH]);
      c8a = a8.fma(ba, c8a);
      c8b = a8.fma(bb, c8b);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + p + 9 * PITCH]);
      c9a = a9.fma(ba, c9a);
      c9b = a9.fma(bb, c9b);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + p + 10 * PITCH]);
      c10a = a10.fma(ba, c10a);
      c10b = a10.fma(bb, c10b);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + p + 11 * PITCH]);
      c11a = a11.fma(ba, c11a);
      c11b = a11.fma(bb, c11b);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c1a.intoArray(tile, START + WIDTH);
    c1b.intoArray(tile, START + WIDTH + LANES);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c2b.intoArray(tile, START + 2 * WIDTH + LANES);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c3b.intoArray(tile, START + 3 * WIDTH + LANES);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c4b.intoArray(tile, START + 4 * WIDTH + LANES);
    c5a.intoArray(tile, START + 5 * WIDTH);
    c5b.intoArray(tile, START + 5 * WIDTH + LANES);
    c6a.intoArray(tile, START + 6 * WIDTH);
    c6b.intoArray(tile, START + 6 * WIDTH + LANES);
    c7a.intoArray(tile, START + 7 * WIDTH);
    c7b.intoArray(tile, START + 7 * WIDTH + LANES);
    c8a.intoArray(tile, START + 8 * WIDTH);
    c8b.intoArray(tile, START + 8 * WIDTH + LANES);
    c9a.intoArray(tile, START + 9 * WIDTH);
    c9b.intoArray(tile, START + 9 * WIDTH + LANES);
    c10a.intoArray(tile, START + 10 * WIDTH);
    c10b.intoArray(tile, START + 10 * WIDTH + LANES);
    c11a.intoArray(tile, START + 11 * WIDTH);
    c11b.intoArray(tile, START + 11 * WIDTH + LANES);
  }

  private static void tile8x2(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long second,
      long pitch,
      int depth,
      float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rows, row + second, ORDER);
      row += pitch;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + p]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + p + PITCH]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + p + 6 * PITCH]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + p + 7 * PITCH]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c1a.intoArray(tile, START + WIDTH);
    c1b.intoArray(tile, START + WIDTH + LANES);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c2b.intoArray(tile, START + 2 * WIDTH + LANES);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c3b.intoArray(tile, START + 3 * WIDTH + LANES);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c4b.intoArray(tile, START + 4 * WIDTH + LANES);
    c5a.intoArray(tile, START + 5 * WIDTH);
    c5b.intoArray(tile, START + 5 * WIDTH + LANES);
    c6a.intoArray(tile, START + 6 * WIDTH);
    c6b.intoArray(tile, START + 6 * WIDTH + LANES);
    c7a.intoArray(tile, START + 7 * WIDTH);
    c7b.intoArray(tile, START + 7 * WIDTH + LANES);
  }

  /** For 16 registers; with fences as in {@link MatmulKernel}. */
  private static void tile6x2(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long second,
      long pitch,
      int depth,
      float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rows, row + second, ORDER);
      row += pitch;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + p]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      VarHandle.loadLoadFence();
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + p + PITCH]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      VarHandle.loadLoadFence();
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      VarHandle.loadLoadFence();
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      VarHandle.loadLoadFence();
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
      VarHandle.loadLoadFence();
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c1a.intoArray(tile, START + WIDTH);
    c1b.intoArray(tile, START + WIDTH + LANES);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c2b.intoArray(tile, START + 2 * WIDTH + LANES);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c3b.intoArray(tile, START + 3 * WIDTH + LANES);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c4b.intoArray(tile, START + 4 * WIDTH + LANES);
    c5a.intoArray(tile, START + 5 * WIDTH);
    c5b.intoArray(tile, START + 5 * WIDTH + LANES);
  }

  private static void tile4x2(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long second,
      long pitch,
      int depth,
      float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      FloatVector bb = FloatVector.fromMemorySegment(SPECIES, rows, row + second, ORDER);
      row += pitch;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + p]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + p + PITCH]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
    }
    c0a.intoArray(tile, START);
    c0b.intoArray(tile, START + LANES);
    c1a.intoArray(tile, START + WIDTH);
    c1b.intoArray(tile, START + WIDTH + LANES);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c2b.intoArray(tile, START + 2 * WIDTH + LANES);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c3b.intoArray(tile, START + 3 * WIDTH + LANES);
  }
}
