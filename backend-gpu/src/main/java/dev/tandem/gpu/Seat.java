package dev.tandem.gpu;

/**
 * An array of a plan for one large slot: what is said of it when the plan is made. After the
 * elements it has a tail, into which the sender of the elements writes a number that the receiver
 * compares; see {@link KernelCode#duties}.
 *
 * @param array its number among the arrays of the plan
 * @param elements size of the slot
 * @param use what it is for
 */
record Seat(int array, int elements, Use use) {

  /** What a seat is for, which says how its values travel. */
  enum Use {
    /** An input that is brought for each run. */
    INPUT,
    /** An input that nothing changes, brought once. */
    LASTING,
    /** An input that the schedule updates: an output, too, that stays where it is. */
    UPDATED,
    /** An output that is new with each run. */
    OUTPUT
  }

  private static final int TAIL = 16; // elements: a cache line

  /** Whether its values stay on the device from run to run. */
  boolean stays() {
    return use == Use.LASTING || use == Use.UPDATED;
  }

  /** Whether it belongs to an input. */
  boolean arrives() {
    return use != Use.OUTPUT;
  }

  /** Whether it belongs to an output. */
  boolean departs() {
    return use == Use.UPDATED || use == Use.OUTPUT;
  }

  /** The element that holds the number. */
  int tail() {
    return Placement.padded(elements);
  }

  /** Elements with padding and tail. */
  int length() {
    return Math.addExact(tail(), TAIL);
  }
}
