package dev.tandem.schedule;

import java.util.List;

/**
 * A whole computation, lowered: kernels to be run in order over numbered slots. This is all that a
 * backend sees. A schedule holds no data and depends on the structure of a graph alone, so it is
 * compiled once and run many times.
 *
 * <p>Slots are numbered in one row: inputs first (bound at every run), then outputs (bound at every
 * run), then temporaries (windows on one block that the executable owns). Sizes are in elements;
 * the storage behind every slot starts on a 64-byte boundary and extends to the next multiple of 16
 * elements, and a kernel may read and write that padding of a slot freely, except the padding of
 * inputs, which it may only read.
 *
 * @param kernels in an order that respects every dependency, those through memory included
 * @param inputs elements of each input slot
 * @param outputs elements of each output slot
 * @param updates for each output slot the input slot whose buffer it shares (a parameter updated in
 *     place), or -1
 * @param temporaries where each temporary slot lies
 * @param temporaryBlock elements of the block that holds all temporaries
 * @param scalars how many scalars are bound at every run
 * @param lasting for each input slot whether it is a parameter's, whose values mostly stay the same
 *     from run to run, so that an engine may keep a copy of its own. This is about speed and
 *     promises nothing
 */
public record Schedule(
    List<Kernel> kernels,
    int[] inputs,
    int[] outputs,
    int[] updates,
    List<Temporary> temporaries,
    long temporaryBlock,
    int scalars,
    boolean[] lasting) {

  /**
   * A slot inside the temporary block. Two temporaries share elements only if the last kernel that
   * touches the one comes before the first that touches the other.
   *
   * @param offset first element in the block, a multiple of 16
   * @param elements size
   */
  public record Temporary(long offset, int elements) {}

  /** A schedule none of whose inputs is said to last. */
  public Schedule(
      List<Kernel> kernels,
      int[] inputs,
      int[] outputs,
      int[] updates,
      List<Temporary> temporaries,
      long temporaryBlock,
      int scalars) {
    this(
        kernels,
        inputs,
        outputs,
        updates,
        temporaries,
        temporaryBlock,
        scalars,
        new boolean[inputs.length]);
  }

  public Schedule {
    kernels = List.copyOf(kernels);
    temporaries = List.copyOf(temporaries);
  }

  /** How many slots there are. */
  public int slots() {
    return inputs.length + outputs.length + temporaries.size();
  }

  /** The number of the first output slot. */
  public int firstOutput() {
    return inputs.length;
  }

  /** The number of the first temporary slot. */
  public int firstTemporary() {
    return inputs.length + outputs.length;
  }

  /** The number of elements of a slot. */
  public int elements(int slot) {
    if (slot < firstOutput()) {
      return inputs[slot];
    }
    return slot < firstTemporary()
        ? outputs[slot - firstOutput()]
        : temporaries.get(slot - firstTemporary()).elements();
  }

  /**
   * Makes sure that this schedule keeps every promise that the documentation of this package makes
   * to engines: windows inside their slots, registers that exist, simplified iteration spaces,
   * nothing read before it is written, no two live temporaries in one place, and so on. The
   * reference engine calls it for every schedule it compiles.
   *
   * @throws IllegalArgumentException naming the kernel and the broken rule; the mistake is that of
   *     the code that made the schedule
   */
  public void check() {
    new ScheduleCheck(this).run();
  }

  /** The schedule as a person reads it: a line for each kernel with its shapes and its formula. */
  @Override
  public String toString() {
    return new ScheduleText(this).toString();
  }
}
