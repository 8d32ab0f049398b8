package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Copies a matmul's right operand into panels, whose rows the kernels read one after the other; see
 * {@link MatmulPacking}.
 */
final class MatmulPanels {

  private MatmulPanels() {}

  /**
   * Copies a panel of the right operand, {@link MatmulBlocking#WIDTH} floats for each p: its first
   * vector of columns and its last, which overlap unless they are two. Of less than a vector, what
   * is beyond is arbitrary.
   *
   * @param first the byte of the panel's first element
   * @param depthStep elements from one p to the next
   * @param columnStep elements from one column to the next
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
    if (columnStep == 1 && columns > LANES) {
      long second = first + 4L * (columns - LANES);
      MatmulPacking.copyTwoColumns(from, first, second, 4L * depthStep, depth, to, at, WIDTH);
    } else if (columnStep == 1 || columns == 1) {
      copyNarrowPanel(from, first, 4L * depthStep, depth, columns, to, at);
    } else {
      int wide = Math.min(LANES, columns);
      packColumns(from, first, depthStep, columnStep, depth, wide, to, at, buffer);
      if (columns > LANES) {
        long second = first + 4L * (columns - LANES) * columnStep;
        packColumns(from, second, depthStep, columnStep, depth, LANES, to, at + LANES, buffer);
      }
    }
  }

  /** Copies up to a vector of columns that do not lie side by side. */
  private static void packColumns(
      MemorySegment from,
      long first,
      int depthStep,
      int columnStep,
      int depth,
      int columns,
      float[] to,
      int at,
      float[] buffer) {
    if (depthStep == 1) {
      for (int p = 0; p < depth; p += LANES) {
        Transposition.run(
            from,
            first + 4L * p,
            4L * columnStep,
            columns,
            Math.min(LANES, depth - p),
            buffer,
            to,
            at + p * WIDTH,
            WIDTH);
      }
    } else {
      for (int column = 0; column < columns; column++) {
        MatmulPacking.gather(
            from, first + 4L * column * columnStep, depthStep, depth, to, at + column, WIDTH);
      }
    }
  }

  /**
   * Copies whole panels that lie side by side. Four are copied row by row: one alone would touch a
   * page of a wide matrix for every 64 or 128 bytes.
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
    int panel = 0;
    for (; panel <= panels - 4; panel += 4) {
      long source = first + 4L * panel * WIDTH;
      copyFourPanels(from, source, pitch, depth, to, at + panel * panelSize, panelSize);
    }
    for (; panel < panels; panel++) {
      long source = first + 4L * panel * WIDTH;
      long second = source + 4L * LANES;
      MatmulPacking.copyTwoColumns(
          from, source, second, pitch, depth, to, at + panel * panelSize, WIDTH);
    }
  }

  private static void copyFourPanels(
      MemorySegment from, long first, long pitch, int depth, float[] to, int at, int panelSize) {
    MemorySegment source = known(from).asSlice(first);
    for (int p = 0; p < depth; p++) {
      long row = p * pitch;
      int target = at + p * WIDTH;
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, source, row, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, source, row + 4L * LANES, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, source, row + 8L * LANES, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, source, row + 12L * LANES, ORDER);
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, source, row + 16L * LANES, ORDER);
      FloatVector f = FloatVector.fromMemorySegment(SPECIES, source, row + 20L * LANES, ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, source, row + 24L * LANES, ORDER);
      FloatVector h = FloatVector.fromMemorySegment(SPECIES, source, row + 28L * LANES, ORDER);
      a.intoArray(to, target);
      b.intoArray(to, target + LANES);
      c.intoArray(to, target + panelSize);
      d.intoArray(to, target + panelSize + LANES);
      e.intoArray(to, target + 2 * panelSize);
      f.intoArray(to, target + 2 * panelSize + LANES);
      g.intoArray(to, target + 3 * panelSize);
      h.intoArray(to, target + 3 * panelSize + LANES);
    }
  }

  /** Copies less than a vector of each row. */
  private static void copyNarrowPanel(
      MemorySegment from, long first, long pitch, int depth, int columns, float[] to, int at) {
    MemorySegment source = known(from).asSlice(first);
    VectorMask<Float> wanted = SPECIES.indexInRange(0, columns);
    for (int p = 0; p < depth; p++) {
      FloatVector.fromMemorySegment(SPECIES, source, p * pitch, ORDER, wanted)
          .intoArray(to, at + p * WIDTH);
    }
  }
}
