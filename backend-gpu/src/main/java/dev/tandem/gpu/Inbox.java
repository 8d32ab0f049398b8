package dev.tandem.gpu;

/**
 * The first array of every plan: what the host sends with every run. Scalars, small inputs, and two
 * numbers for the checks travel in one copy.
 */
final class Inbox {

  /** A number that changes with every run; see {@link KernelCode#duties}. */
  static final int TOKEN = 0;

  /** -0, which no compiler knows; see {@link KernelCode#roundProduct}. */
  static final int NEGATIVE_ZERO = 1;

  static final int FIRST_SCALAR = 2;

  private Inbox() {}
}
