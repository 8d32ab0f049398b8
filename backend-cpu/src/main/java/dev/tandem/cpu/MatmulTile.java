package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.START;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Moves a finished tile from its array into the product. */
final class MatmulTile {

  private MatmulTile() {}

  /**
   * Stores a tile, or adds it to what is there.
   *
   * @param tile has the tile from {@link MatmulBlocking#START} on
   * @param to the memory of the product
   * @param first the byte of the tile's first element
   * @param pitch bytes from one row of the product to the next
   */
  static void store(
      float[] tile, boolean add, MemorySegment to, long first, long pitch, int rows, int columns) {
    if (columns == WIDTH) {
      if (add) {
        addWhole(tile, to, first, pitch, rows);
      } else {
        putWhole(tile, to, first, pitch, rows);
      }
    } else if (add) {
      addPart(tile, to, first, pitch, rows, columns);
    } else {
      putPart(tile, to, first, pitch, rows, columns);
    }
  }

  private static void putWhole(float[] tile, MemorySegment to, long first, long pitch, int rows) {
    for (int row = 0; row < rows; row++) {
      long at = first + row * pitch;
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH).intoMemorySegment(to, at, ORDER);
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH + LANES)
          .intoMemorySegment(to, at + 4L * LANES, ORDER);
    }
  }

  private static void addWhole(float[] tile, MemorySegment to, long first, long pitch, int rows) {
    for (int row = 0; row < rows; row++) {
      long at = first + row * pitch;
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH)
          .add(FloatVector.fromMemorySegment(SPECIES, to, at, ORDER))
          .intoMemorySegment(to, at, ORDER);
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH + LANES)
          .add(FloatVector.fromMemorySegment(SPECIES, to, at + 4L * LANES, ORDER))
          .intoMemorySegment(to, at + 4L * LANES, ORDER);
    }
  }

  private static void putPart(
      float[] tile, MemorySegment to, long first, long pitch, int rows, int columns) {
    VectorMask<Float> low = SPECIES.indexInRange(0, columns);
    VectorMask<Float> high = SPECIES.indexInRange(LANES, columns);
    boolean wide = columns > LANES;
    for (int row = 0; row < rows; row++) {
      long at = first + row * pitch;
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH)
          .intoMemorySegment(to, at, ORDER, low);
      if (wide) {
        FloatVector.fromArray(SPECIES, tile, START + row * WIDTH + LANES)
            .intoMemorySegment(to, at + 4L * LANES, ORDER, high);
      }
    }
  }

  private static void addPart(
      float[] tile, MemorySegment to, long first, long pitch, int rows, int columns) {
    VectorMask<Float> low = SPECIES.indexInRange(0, columns);
    VectorMask<Float> high = SPECIES.indexInRange(LANES, columns);
    boolean wide = columns > LANES;
    for (int row = 0; row < rows; row++) {
      long at = first + row * pitch;
      FloatVector.fromArray(SPECIES, tile, START + row * WIDTH)
          .add(FloatVector.fromMemorySegment(SPECIES, to, at, ORDER, low))
          .intoMemorySegment(to, at, ORDER, low);
      if (wide) {
        FloatVector.fromArray(SPECIES, tile, START + row * WIDTH + LANES)
            .add(FloatVector.fromMemorySegment(SPECIES, to, at + 4L * LANES, ORDER, high))
            .intoMemorySegment(to, at + 4L * LANES, ORDER, high);
      }
    }
  }
}
