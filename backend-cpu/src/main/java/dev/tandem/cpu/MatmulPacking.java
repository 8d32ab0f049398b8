package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.PITCH;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Copies parts of a matmul's operands into arrays in the order in which the kernels read them. All
 * transposed forms vanish here: each operand is contiguous along one of its axes and copied, or
 * along the other and transposed on the way; anything else is gathered element by element.
 */
final class MatmulPacking {

  private MatmulPacking() {}

  /**
   * Copies a block of the left operand: element (row, p) goes to {@code to[row * PITCH + p]}.
   *
   * @param first the byte of the block's first element
   * @param rowStep elements from one row to the next
   * @param depthStep elements from one p to the next
   */
  static void packLeft(
      MemorySegment from,
      long first,
      int rowStep,
      int depthStep,
      int rows,
      int depth,
      float[] to,
      float[] buffer) {
    if (depthStep == 1 || depth == 1) {
      for (int row = 0; row < rows; row++) {
        copy(from, first + 4L * row * rowStep, depth, to, row * PITCH);
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
              buffer,
              to,
              row * PITCH + p,
              PITCH);
        }
      }
    } else {
      for (int row = 0; row < rows; row++) {
        gather(from, first + 4L * row * rowStep, depthStep, depth, to, row * PITCH, 1);
      }
    }
  }

  /** Copies {@code n} floats; the last vector overlaps the one before it. */
  private static void copy(MemorySegment from, long first, int n, float[] to, int at) {
    if (n < LANES) {
      MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, first, to, at, n);
      return;
    }
    for (int i = 0; i < n - LANES; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, from, first + i * 4L, ORDER).intoArray(to, at + i);
    }
    FloatVector.fromMemorySegment(SPECIES, from, first + (n - LANES) * 4L, ORDER)
        .intoArray(to, at + n - LANES);
  }

  private static void gather(
      MemorySegment from, long first, int step, int n, float[] to, int at, int toStep) {
    for (int i = 0; i < n; i++) {
      to[at + i * toStep] = from.get(ValueLayout.JAVA_FLOAT, first + 4L * i * step);
    }
  }

  /**
   * Copies a panel of the right operand: element (p, column) goes to {@code to[at + p * WIDTH +
   * column]}.
   *
   * @param first the byte of the panel's first element
   * @param depthStep elements from one p to the next
   * @param columnStep elements from one column to the next
   * @param columns at most {@link MatmulBlocking#WIDTH}, fewer if they are contiguous ({@link
   *     #copyPanels}); what is beyond them in the panel is arbitrary
   */
  static void packRight(
      MemorySegment from,
      long first,
      int depthStep,
      int columnStep,
      int depth,
      int columns,
      float[] to,
      int at,
      float[] buffer) {
    if (columnStep == 1 || columns == 1) {
      copyNarrowPanel(from, first, 4L * depthStep, depth, columns, to, at);
    } else if (depthStep == 1) {
      for (int column = 0; column < columns; column += LANES) {
        for (int p = 0; p < depth; p += LANES) {
          Transposition.run(
              from,
              first + 4L * p + 4L * column * columnStep,
              4L * columnStep,
              Math.min(LANES, columns - column),
              Math.min(LANES, depth - p),
              buffer,
              to,
              at + p * WIDTH + column,
              WIDTH);
        }
      }
    } else {
      for (int column = 0; column < columns; column++) {
        gather(from, first + 4L * column * columnStep, depthStep, depth, to, at + column, WIDTH);
      }
    }
  }

  /**
   * Copies whole panels that lie side by side, all of them row by row: one panel alone would touch
   * a page of a wide matrix for every 64 or 128 bytes.
   *
   * @param first the byte of the first panel's first element
   * @param pitch bytes from one p to the next
   * @param panelSize floats from one panel to the next in {@code to}
   */
  static void copyPanels(
      MemorySegment from,
      long first,
      long pitch,
      int depth,
      int panels,
      float[] to,
      int at,
      int panelSize) {
    for (int p = 0; p < depth; p++) {
      long row = first + p * pitch;
      int target = at + p * WIDTH;
      for (int panel = 0; panel < panels; panel++) {
        FloatVector.fromMemorySegment(SPECIES, from, row, ORDER).intoArray(to, target);
        FloatVector.fromMemorySegment(SPECIES, from, row + 4L * LANES, ORDER)
            .intoArray(to, target + LANES);
        row += 4L * WIDTH;
        target += panelSize;
      }
    }
  }

  private static void copyNarrowPanel(
      MemorySegment from, long first, long pitch, int depth, int columns, float[] to, int at) {
    VectorMask<Float> low = SPECIES.indexInRange(0, columns);
    VectorMask<Float> high = SPECIES.indexInRange(LANES, columns);
    boolean wide = columns > LANES;
    for (int p = 0; p < depth; p++) {
      long row = first + p * pitch;
      FloatVector.fromMemorySegment(SPECIES, from, row, ORDER, low).intoArray(to, at + p * WIDTH);
      if (wide) {
        FloatVector.fromMemorySegment(SPECIES, from, row + 4L * LANES, ORDER, high)
            .intoArray(to, at + p * WIDTH + LANES);
      }
    }
  }
}
