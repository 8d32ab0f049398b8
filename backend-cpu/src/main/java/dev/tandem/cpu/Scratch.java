package dev.tandem.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The working memory of one executable, laid out while its kernels are prepared: cells that belong
 * to one kernel for good; for each thread one area that all kernels use in turn, so that it stays
 * in the cache; and a hall that they use in turn with all threads. First everything is reserved,
 * then {@link #bind} gives it memory.
 */
final class Scratch {

  private final long start; // the temporaries lie before
  private long cells;
  private long area;
  private int areas = 1;
  private long hall;
  private MemorySegment memory = MemorySegment.NULL;

  /**
   * @param start the first float in the memory that is not taken
   */
  Scratch(long start) {
    this.start = Lanes.wholeLines(start);
  }

  /** Reserves floats for one kernel and returns their place. */
  long reserveCells(int floats) {
    long place = cells;
    cells += Lanes.wholeLines(floats);
    return place;
  }

  /** Asks for an area of at least this many floats for each of {@code participants} threads. */
  void reserveArea(long floats, int participants) {
    area = Math.max(area, Lanes.wholeLines(floats));
    areas = Math.max(areas, participants);
  }

  /** Asks for a hall of at least this many floats. */
  void reserveHall(long floats) {
    hall = Math.max(hall, Lanes.wholeLines(floats));
  }

  /** Floats of memory needed, what lies before the start included. */
  long size() {
    return start + cells + area * areas + hall;
  }

  void bind(MemorySegment memory) {
    this.memory = memory;
  }

  /** The cells reserved at {@code place}. */
  MemorySegment cells(long place, int floats) {
    return memory.asSlice(4 * (start + place), 4 * Lanes.wholeLines(floats));
  }

  /** The area of one thread. */
  MemorySegment area(int participant) {
    return memory.asSlice(4 * (start + cells + area * participant), 4 * area);
  }

  /** Some floats of the hall, from {@code place} on. */
  MemorySegment hall(long place, int floats) {
    return memory.asSlice(4 * (start + cells + area * areas + place), 4 * Lanes.wholeLines(floats));
  }
}
