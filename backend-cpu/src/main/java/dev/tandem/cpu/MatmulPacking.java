package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.BLOCK;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Copies blocks of a matmul's left operand into arrays in the order in which the kernels read them;
 * {@link MatmulPanels} does it for the right one. All transposed forms vanish here: each operand is
 * contiguous along one of its axes and copied, or along the other and transposed on the way;
 * anything else is gathered element by element.
 */
final class MatmulPacking {

  private MatmulPacking() {}

  /**
   * Where a tile of a packed block of the left operand begins; its rows are {@link
   * MatmulBlocking#PITCH} apart. Shallow tiles lie side by side, as many as {@link #abreast} says.
   *
   * @param row the tile's first row
   * @param tileRows rows of a tile, at most
   */
  static int leftTile(int tile, int row, int tileRows, int abreast, int depth) {
    if (abreast == 1) {
      return BLOCK + row * PITCH;
    }
    int width = (int) Lanes.wholeLines(depth);
    if (tile < abreast) { // a division takes as long as a whole tile's bookkeeping
      return BLOCK + tile * width;
    }
    return BLOCK + tile / abreast * tileRows * PITCH + tile % abreast * width;
  }

  /**
   * How many tiles lie side by side, as many as fit the pitch: one below the other they would take
   * a page for each row. Those that are transposed do not, since that is done in squares of another
   * height than a tile's.
   *
   * @param depthStep elements from one p to the next in the left operand
   */
  static int abreast(int depthStep, int depth) {
    return depthStep == 1 ? PITCH / (int) Lanes.wholeLines(depth) : 1;
  }

  /**
   * Copies a block of the left operand, tile by tile as {@link #leftTile} says, from {@link
   * MatmulBlocking#BLOCK} on.
   *
   * @param first the byte of the block's first element
   * @param tileRows rows of a tile; those of {@link MatmulBlocking#TILE_ROWS} are as high as {@link
   *     MatmulBlocking#tileRows} says, others all equally but for the last
   */
  static void packLeft(
      MemorySegment from,
      MatmulShape.Matrix matrix,
      long first,
      int rows,
      int depth,
      int tileRows,
      MatmulWorkspace.Local local) {
    int rowStep = matrix.rowStep();
    int depthStep = matrix.columnStep();
    float[] to = local.tileAndBlock;
    if (depthStep == 1) {
      int abreast = abreast(1, depth);
      long pitch = 4L * rowStep;
      for (int tile = 0, row = 0; row < rows; tile++) {
        boolean high = tileRows == MatmulBlocking.TILE_ROWS;
        int left = rows - row;
        int height = high ? MatmulBlocking.tileRows(left) : Math.min(tileRows, left);
        int at = leftTile(tile, row, tileRows, abreast, depth);
        copyRows(from, first + row * pitch, pitch, height, depth, to, at);
        row += height;
      }
    } else if (rowStep == 1) {
      for (int row = 0; row < rows; row += LANES) {
        for (int p = 0; p < depth; p += LANES) {
          Transposition.run(
              from,
              first + 4L * row + 4L * p * depthStep,
              4L * depthStep,
              Math.min(LANES, depth - p),
              Math.min(LANES, rows - row),
              local.square,
              to,
              BLOCK + row * PITCH + p,
              PITCH);
        }
      }
    } else {
      for (int row = 0; row < rows; row++) {
        gather(from, first + 4L * row * rowStep, depthStep, depth, to, BLOCK + row * PITCH, 1);
      }
    }
  }

  /** Copies rows of {@code n} floats: some columns of all rows, then the next columns. */
  private static void copyRows(
      MemorySegment from, long first, long pitch, int rows, int n, float[] to, int at) {
    if (n < LANES) {
      for (int row = 0; row < rows; row++) {
        long source = first + row * pitch;
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, source, to, at + row * PITCH, n);
      }
      return;
    }
    int column = 0;
    for (; column <= n - 4 * LANES; column += 4 * LANES) {
      copyFourColumns(from, first + 4L * column, pitch, rows, to, at + column);
    }
    for (; column <= n - 2 * LANES; column += 2 * LANES) {
      long source = first + 4L * column;
      copyTwoColumns(from, source, source + 4L * LANES, pitch, rows, to, at + column, PITCH);
    }
    for (; column < n; column += LANES) {
      int start = Math.min(column, n - LANES); // the last overlaps the one before it
      copyColumn(from, first + 4L * start, pitch, rows, to, at + start);
    }
  }

  private static void copyFourColumns(
      MemorySegment from, long first, long pitch, int rows, float[] to, int at) {
    MemorySegment source = known(from).asSlice(first);
    for (int row = 0; row < rows; row++) {
      long place = row * pitch;
      int target = at + row * PITCH;
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, source, place, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, source, place + 4L * LANES, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, source, place + 8L * LANES, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, source, place + 12L * LANES, ORDER);
      a.intoArray(to, target);
      b.intoArray(to, target + LANES);
      c.intoArray(to, target + 2 * LANES);
      d.intoArray(to, target + 3 * LANES);
    }
  }

  private static void copyColumn(
      MemorySegment from, long first, long pitch, int rows, float[] to, int at) {
    MemorySegment source = known(from).asSlice(first);
    for (int row = 0; row < rows; row++) {
      FloatVector.fromMemorySegment(SPECIES, source, row * pitch, ORDER)
          .intoArray(to, at + row * PITCH);
    }
  }

  static void gather(
      MemorySegment from, long first, int step, int n, float[] to, int at, int toStep) {
    for (int i = 0; i < n; i++) {
      to[at + i * toStep] = from.get(ValueLayout.JAVA_FLOAT, first + 4L * i * step);
    }
  }

  /**
   * Copies two vectors of each row, one behind the other, {@code toPitch} floats apart in {@code
   * to}.
   */
  static void copyTwoColumns(
      MemorySegment from,
      long first,
      long second,
      long pitch,
      int rows,
      float[] to,
      int at,
      int toPitch) {
    MemorySegment left = known(from).asSlice(first);
    MemorySegment right = known(from).asSlice(second);
    for (int row = 0; row < rows; row++) {
      int target = at + row * toPitch;
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, left, row * pitch, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, right, row * pitch, ORDER);
      a.intoArray(to, target);
      b.intoArray(to, target + LANES);
    }
  }
}
