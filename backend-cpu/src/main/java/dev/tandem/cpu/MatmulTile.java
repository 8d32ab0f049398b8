package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Moves a finished tile from its array into the product. */
final class MatmulTile {

  private MatmulTile() {}

  /**
   * Stores a tile, or adds it to what is there. A tile of more than a vector of columns has the
   * last vector of them behind the first, which overlap unless they are two.
   *
   * @param tile has the tile's rows, {@link MatmulBlocking#WIDTH} floats each
   * @param at where the first of them begins
   * @param to the memory of the product
   * @param first the byte of the tile's first element
   * @param pitch bytes from one row of the product to the next
   */
  static void store(
      float[] tile,
      int at,
      boolean add,
      MemorySegment to,
      long first,
      long pitch,
      int rows,
      int columns) {
    if (columns > LANES) {
      if (add) {
        addTwo(tile, at, to, first, pitch, rows, 4L * (columns - LANES));
      } else {
        putTwo(tile, at, to, first, pitch, rows, 4L * (columns - LANES));
      }
    } else if (columns == LANES && !add) {
      putOne(tile, at, to, first, pitch, rows);
    } else {
      putPart(tile, at, add, to, first, pitch, rows, columns);
    }
  }

  private static void putTwo(
      float[] tile, int at, MemorySegment to, long first, long pitch, int rows, long second) {
    MemorySegment rowsOfTile = known(to).asSlice(first);
    for (int row = 0; row < rows; row++) {
      long place = row * pitch;
      FloatVector.fromArray(SPECIES, tile, at + row * WIDTH)
          .intoMemorySegment(rowsOfTile, place, ORDER);
      FloatVector.fromArray(SPECIES, tile, at + row * WIDTH + LANES)
          .intoMemorySegment(rowsOfTile, place + second, ORDER);
    }
  }

  private static void addTwo(
      float[] tile, int at, MemorySegment to, long first, long pitch, int rows, long second) {
    MemorySegment rowsOfTile = known(to).asSlice(first);
    for (int row = 0; row < rows; row++) {
      long place = row * pitch;
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, rowsOfTile, place, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, rowsOfTile, place + second, ORDER);
      FloatVector.fromArray(SPECIES, tile, at + row * WIDTH)
          .add(a)
          .intoMemorySegment(rowsOfTile, place, ORDER);
      FloatVector.fromArray(SPECIES, tile, at + row * WIDTH + LANES)
          .add(b)
          .intoMemorySegment(rowsOfTile, place + second, ORDER);
    }
  }

  private static void putOne(
      float[] tile, int at, MemorySegment to, long first, long pitch, int rows) {
    MemorySegment rowsOfTile = known(to).asSlice(first);
    for (int row = 0; row < rows; row++) {
      FloatVector.fromArray(SPECIES, tile, at + row * WIDTH)
          .intoMemorySegment(rowsOfTile, row * pitch, ORDER);
    }
  }

  private static void putPart(
      float[] tile,
      int at,
      boolean add,
      MemorySegment to,
      long first,
      long pitch,
      int rows,
      int columns) {
    MemorySegment rowsOfTile = known(to).asSlice(first);
    VectorMask<Float> wanted = SPECIES.indexInRange(0, columns);
    for (int row = 0; row < rows; row++) {
      long place = row * pitch;
      FloatVector sums = FloatVector.fromArray(SPECIES, tile, at + row * WIDTH);
      if (add) {
        sums = sums.add(FloatVector.fromMemorySegment(SPECIES, rowsOfTile, place, ORDER, wanted));
      }
      sums.intoMemorySegment(rowsOfTile, place, ORDER, wanted);
    }
  }
}
