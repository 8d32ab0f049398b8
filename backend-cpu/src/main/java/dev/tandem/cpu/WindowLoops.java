package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Moves values between strided windows and dense strips: what the machine does for every operand
 * that cannot be read or written in place. A strip holds a block of rows and columns in row-major
 * order, and its memory extends at least a vector beyond the last element. These loops slice
 * nothing: they are short and reached by rare ways, where a slice may become an object.
 */
final class WindowLoops {

  /** Longer rows are worth a call of the library's copy. */
  private static final int SHORT_ROW = 64;

  private WindowLoops() {}

  /** Copies a block of a window into a dense strip. */
  static void gather(
      Window window, MemorySegment from, long row, int rows, int column, int columns, Strip to) {
    long at = to.offset;
    for (int done = 0; done < rows; ) {
      int run = window.run(row + done, rows - done);
      long first = 4 * (window.rowStart(row + done) + (long) column * window.step);
      if (window.step == 1) {
        gatherRows(from, first, 4L * window.rowStep, run, columns, to.segment, at);
      } else if (window.step == 0) {
        gatherColumn(from, first, 4L * window.rowStep, run, columns, to.segment, at);
      } else {
        gatherStrided(from, first, window, run, columns, to.segment, at);
      }
      done += run;
      at += 4L * run * columns;
    }
  }

  /**
   * Rows without gaps between their elements. Each writes whole vectors; the next overwrites the
   * excess.
   */
  private static void gatherRows(
      MemorySegment from,
      long first,
      long pitch,
      int rows,
      int columns,
      MemorySegment to,
      long at) {
    if (pitch == 4L * columns) {
      MemorySegment.copy(from, first, to, at, pitch * rows);
      return;
    }
    long bytes = 4L * columns;
    long vectorBytes = 4L * Lanes.wholeVectors(columns);
    long end = from.byteSize();
    for (int row = 0; row < rows; row++) {
      long source = first + row * pitch;
      if (columns <= SHORT_ROW && source + vectorBytes <= end) {
        copyVectors(from, source, to, at, columns);
      } else {
        MemorySegment.copy(from, source, to, at, bytes);
      }
      at += bytes;
    }
  }

  private static void copyVectors(
      MemorySegment from, long source, MemorySegment to, long target, int columns) {
    for (int i = 0; i < columns; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, from, source + i * 4L, ORDER)
          .intoMemorySegment(to, target + i * 4L, ORDER);
    }
  }

  /** Rows of one repeated value each. */
  private static void gatherColumn(
      MemorySegment from,
      long first,
      long pitch,
      int rows,
      int columns,
      MemorySegment to,
      long at) {
    for (int row = 0; row < rows; row++) {
      float value = from.get(ValueLayout.JAVA_FLOAT, first + row * pitch);
      fill(value, to, at, columns);
      at += 4L * columns;
    }
  }

  /** Writes {@code value} to the first {@code n} floats of a strip, {@code n} whole vectors. */
  static void fill(float value, Strip strip, int n) {
    fill(value, strip.segment, strip.offset, n);
  }

  /** Writes {@code value} to {@code n} floats, and to the rest of the last vector. */
  private static void fill(float value, MemorySegment to, long at, int n) {
    FloatVector vector = FloatVector.broadcast(SPECIES, value);
    for (int i = 0; i < n; i += LANES) {
      vector.intoMemorySegment(to, at + i * 4L, ORDER);
    }
  }

  private static void gatherStrided(
      MemorySegment from,
      long first,
      Window window,
      int rows,
      int columns,
      MemorySegment to,
      long at) {
    long pitch = 4L * window.rowStep;
    long step = 4L * window.step;
    for (int row = 0; row < rows; row++) {
      long source = first + row * pitch;
      for (int column = 0; column < columns; column++) {
        float value = from.get(ValueLayout.JAVA_FLOAT, source + column * step);
        to.set(ValueLayout.JAVA_FLOAT, at + 4L * column, value);
      }
      at += 4L * columns;
    }
  }

  /** Copies a dense or uniform strip into a block of a window, and touches nothing else. */
  static void scatter(
      Strip from, Window window, MemorySegment to, long row, int rows, int column, int columns) {
    long at = from.offset;
    for (int done = 0; done < rows; ) {
      int run = window.run(row + done, rows - done);
      long first = 4 * (window.rowStart(row + done) + (long) column * window.step);
      if (from.uniform) {
        float value = from.segment.get(ValueLayout.JAVA_FLOAT, from.offset);
        scatterValue(value, window, to, first, run, columns);
      } else if (window.step == 1) {
        scatterRows(from.segment, at, to, first, 4L * window.rowStep, run, columns);
      } else {
        scatterStrided(from.segment, at, window, to, first, run, columns);
      }
      done += run;
      at += 4L * run * columns;
    }
  }

  private static void scatterRows(
      MemorySegment from,
      long at,
      MemorySegment to,
      long first,
      long pitch,
      int rows,
      int columns) {
    if (pitch == 4L * columns) {
      MemorySegment.copy(from, at, to, first, pitch * rows);
      return;
    }
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(from, at + 4L * row * columns, to, first + row * pitch, 4L * columns);
    }
  }

  private static void scatterStrided(
      MemorySegment from,
      long at,
      Window window,
      MemorySegment to,
      long first,
      int rows,
      int columns) {
    long pitch = 4L * window.rowStep;
    long step = 4L * window.step;
    for (int row = 0; row < rows; row++) {
      long target = first + row * pitch;
      for (int column = 0; column < columns; column++) {
        float value = from.get(ValueLayout.JAVA_FLOAT, at + 4L * column);
        to.set(ValueLayout.JAVA_FLOAT, target + column * step, value);
      }
      at += 4L * columns;
    }
  }

  private static void scatterValue(
      float value, Window window, MemorySegment to, long first, int rows, int columns) {
    long pitch = 4L * window.rowStep;
    long step = 4L * window.step;
    for (int row = 0; row < rows; row++) {
      long target = first + row * pitch;
      for (int column = 0; column < columns; column++) {
        to.set(ValueLayout.JAVA_FLOAT, target + column * step, value);
      }
    }
  }
}
