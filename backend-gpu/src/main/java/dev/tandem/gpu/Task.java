package dev.tandem.gpu;

/**
 * One launch of a generated kernel.
 *
 * @param name for messages: kind and number
 * @param code the kernel
 * @param layout the kernel's numbers; see {@link Layout}
 * @param arrays for each array of the kernel its number among the arrays of the plan
 * @param grid how many threads
 */
record Task(String name, KernelClass code, int[] layout, int[] arrays, Grid grid) {

  /** Stands for the inbox among a kernel's arrays: it is a parameter of its own. */
  static final int INBOX = -1;

  /** Likewise the outbox. */
  static final int OUTBOX = -2;
}
