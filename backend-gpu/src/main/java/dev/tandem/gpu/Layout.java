package dev.tandem.gpu;

/**
 * The sizes, offsets and steps of a task, in an array of ints that is copied to the device once.
 * Every layout starts with the same two words.
 */
final class Layout {

  /** 1: a layout that has not arrived shows in the receipt. */
  static final int ONE = 0;

  /** Where in the outbox this kernel signs. */
  static final int RECEIPT = 1;

  private Layout() {}
}
