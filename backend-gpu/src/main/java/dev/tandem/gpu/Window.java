package dev.tandem.gpu;

import java.util.List;

/**
 * An operand of a generated kernel: what of it is part of the code. The numbers themselves are in
 * the layout; zero and unit steps are worth knowing when the code is written.
 *
 * @param array which of the kernel's arrays
 * @param offset the word with its first element
 * @param steps for each axis {@link #STAYS}, {@link #BY_ONE}, or the word with the step
 */
record Window(int array, int offset, List<Integer> steps) {

  static final int STAYS = -1;
  static final int BY_ONE = -2;

  Window {
    steps = List.copyOf(steps);
  }
}
