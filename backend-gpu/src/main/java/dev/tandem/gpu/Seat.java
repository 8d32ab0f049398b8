package dev.tandem.gpu;

/**
 * An array of a plan for one large slot: what is said of it when the plan is made. After the
 * elements it has a tail, into which the sender of the elements writes a number that the receiver
 * compares; see {@link KernelCode#duties}.
 *
 * @param array its number among the arrays of the plan
 * @param elements size of the slot
 * @param stays whether its values stay on the device from run to run
 * @param arrives whether it belongs to an input
 * @param departs whether it belongs to an output; updated inputs do both
 */
record Seat(int array, int elements, boolean stays, boolean arrives, boolean departs) {

  private static final int TAIL = 16; // elements: a cache line

  /** The element that holds the number. */
  int tail() {
    return Placement.padded(elements);
  }

  /** Elements with padding and tail. */
  int length() {
    return Math.addExact(tail(), TAIL);
  }
}
