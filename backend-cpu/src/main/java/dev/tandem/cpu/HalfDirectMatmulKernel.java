package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.MANY_REGISTERS;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.MatmulBlocking.START;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link DirectMatmulKernel}'s tiles at half their width, for a last one of at most one vector. */
final class HalfDirectMatmulKernel {

  private HalfDirectMatmulKernel() {}

  /** Computes a tile; the parameters are those of {@link DirectMatmulKernel#run}. */
  static void run(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      long pitch,
      int depth,
      int rows,
      float[] tile) {
    if (rows > 8) {
      tile12x1(a, at, b, from, pitch, depth, tile);
    } else if (rows > 4 && MANY_REGISTERS) {
      tile8x1(a, at, b, from, pitch, depth, tile);
    } else if (rows > 4) {
      tile6x1(a, at, b, from, pitch, depth, tile);
    } else {
      tile4x1(a, at, b, from, pitch, depth, tile);
    }
  }

  private static void tile12x1(
      float[] a, int at, MemorySegment b, long from, long pitch, int depth, float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c8a = FloatVector.zero(SPECIES);
    FloatVector c9a = FloatVector.zero(SPECIES);
    FloatVector c10a = FloatVector.zero(SPECIES);
    FloatVector c11a = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      row += pitch;
      c0a = FloatVector.broadcast(SPECIES, a[at + p]).fma(ba, c0a);
      c1a = FloatVector.broadcast(SPECIES, a[at + p + PITCH]).fma(ba, c1a);
      c2a = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]).fma(ba, c2a);
      c3a = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]).fma(ba, c3a);
      c4a = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]).fma(ba, c4a);
      c5a = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]).fma(ba, c5a);
      c6a = FloatVector.broadcast(SPECIES, a[at + p + 6 * PITCH]).fma(ba, c6a);
      c7a = FloatVector.broadcast(SPECIES, a[at + p + 7 * PITCH]).fma(ba, c7a);
      c8a = FloatVector.broadcast(SPECIES, a[at + p + 8 * PITCH]).fma(ba, c8a);
      c9a = FloatVector.broadcast(SPECIES, a[at + p + 9 * PITCH]).fma(ba, c9a);
      c10a = FloatVector.broadcast(SPECIES, a[at + p + 10 * PITCH]).fma(ba, c10a);
      c11a = FloatVector.broadcast(SPECIES, a[at + p + 11 * PITCH]).fma(ba, c11a);
    }
    c0a.intoArray(tile, START);
    c1a.intoArray(tile, START + WIDTH);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c5a.intoArray(tile, START + 5 * WIDTH);
    c6a.intoArray(tile, START + 6 * WIDTH);
    c7a.intoArray(tile, START + 7 * WIDTH);
    c8a.intoArray(tile, START + 8 * WIDTH);
    c9a.intoArray(tile, START + 9 * WIDTH);
    c10a.intoArray(tile, START + 10 * WIDTH);
    c11a.intoArray(tile, START + 11 * WIDTH);
  }

  private static void tile8x1(
      float[] a, int at, MemorySegment b, long from, long pitch, int depth, float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      row += pitch;
      c0a = FloatVector.broadcast(SPECIES, a[at + p]).fma(ba, c0a);
      c1a = FloatVector.broadcast(SPECIES, a[at + p + PITCH]).fma(ba, c1a);
      c2a = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]).fma(ba, c2a);
      c3a = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]).fma(ba, c3a);
      c4a = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]).fma(ba, c4a);
      c5a = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]).fma(ba, c5a);
      c6a = FloatVector.broadcast(SPECIES, a[at + p + 6 * PITCH]).fma(ba, c6a);
      c7a = FloatVector.broadcast(SPECIES, a[at + p + 7 * PITCH]).fma(ba, c7a);
    }
    c0a.intoArray(tile, START);
    c1a.intoArray(tile, START + WIDTH);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c5a.intoArray(tile, START + 5 * WIDTH);
    c6a.intoArray(tile, START + 6 * WIDTH);
    c7a.intoArray(tile, START + 7 * WIDTH);
  }

  private static void tile6x1(
      float[] a, int at, MemorySegment b, long from, long pitch, int depth, float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      row += pitch;
      c0a = FloatVector.broadcast(SPECIES, a[at + p]).fma(ba, c0a);
      c1a = FloatVector.broadcast(SPECIES, a[at + p + PITCH]).fma(ba, c1a);
      c2a = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]).fma(ba, c2a);
      c3a = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]).fma(ba, c3a);
      c4a = FloatVector.broadcast(SPECIES, a[at + p + 4 * PITCH]).fma(ba, c4a);
      c5a = FloatVector.broadcast(SPECIES, a[at + p + 5 * PITCH]).fma(ba, c5a);
    }
    c0a.intoArray(tile, START);
    c1a.intoArray(tile, START + WIDTH);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c3a.intoArray(tile, START + 3 * WIDTH);
    c4a.intoArray(tile, START + 4 * WIDTH);
    c5a.intoArray(tile, START + 5 * WIDTH);
  }

  private static void tile4x1(
      float[] a, int at, MemorySegment b, long from, long pitch, int depth, float[] tile) {
    MemorySegment rows = known(b).asSlice(from);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    long row = 0;
    for (int p = 0; p < depth; p++) {
      FloatVector ba = FloatVector.fromMemorySegment(SPECIES, rows, row, ORDER);
      row += pitch;
      c0a = FloatVector.broadcast(SPECIES, a[at + p]).fma(ba, c0a);
      c1a = FloatVector.broadcast(SPECIES, a[at + p + PITCH]).fma(ba, c1a);
      c2a = FloatVector.broadcast(SPECIES, a[at + p + 2 * PITCH]).fma(ba, c2a);
      c3a = FloatVector.broadcast(SPECIES, a[at + p + 3 * PITCH]).fma(ba, c3a);
    }
    c0a.intoArray(tile, START);
    c1a.intoArray(tile, START + WIDTH);
    c2a.intoArray(tile, START + 2 * WIDTH);
    c3a.intoArray(tile, START + 3 * WIDTH);
  }
}
