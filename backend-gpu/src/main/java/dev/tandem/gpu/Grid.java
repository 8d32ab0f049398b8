package dev.tandem.gpu;

/**
 * How many threads run a task.
 *
 * @param threads all of them, a multiple of group
 * @param group how many can wait for each other and share memory
 */
record Grid(long threads, int group) {

  /** At least this many threads. */
  static Grid covering(long count, int group) {
    return new Grid(rounded(Math.max(count, 1), group), group);
  }

  static long rounded(long count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }
}
