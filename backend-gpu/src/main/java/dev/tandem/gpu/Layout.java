package dev.tandem.gpu;

import java.util.Arrays;

/**
 * The sizes, offsets and steps of all kernels of a plan, in one array of ints that is copied to the
 * device once. Every kernel has a stretch of it, which starts with the same two words.
 */
final class Layout {

  /** 1: a layout that has not arrived shows in every receipt. */
  static final int ONE = 0;

  /** Where in the outbox this kernel signs. */
  static final int RECEIPT = 1;

  private int[] words = new int[256];
  private int size;

  int size() {
    return size;
  }

  void add(int word) {
    if (size == words.length) {
      words = Arrays.copyOf(words, 2 * size);
    }
    words[size++] = word;
  }

  void set(int index, int word) {
    words[index] = word;
  }

  int get(int index) {
    return words[index];
  }
}
