package dev.tandem.cpu;

import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The memory behind the slots of a schedule and the values of its scalars, bound anew at every run.
 * Prepared kernels read it; only the executable writes it.
 */
final class Slots {

  /** For each slot its memory, padded to whole cache lines. */
  MemorySegment[] segments;

  /** For each scalar its value. */
  float[] scalars = {};

  private int[] elements;
  private int[] owners;

  Slots(Schedule schedule) {
    int count = schedule.slots();
    segments = new MemorySegment[count];
    Arrays.fill(segments, MemorySegment.NULL);
    elements = new int[count];
    owners = new int[count];
    for (int slot = 0; slot < count; slot++) {
      elements[slot] = schedule.elements(slot);
      owners[slot] = slot;
    }
    for (int output = 0; output < schedule.updates().length; output++) {
      if (schedule.updates()[output] >= 0) {
        owners[schedule.firstOutput() + output] = schedule.updates()[output];
      }
    }
  }

  /**
   * Adds a slot that the schedule does not have: working memory that kernels address like others.
   */
  int add(int size) {
    int slot = segments.length;
    segments = Arrays.copyOf(segments, slot + 1);
    segments[slot] = MemorySegment.NULL;
    elements = Arrays.copyOf(elements, slot + 1);
    elements[slot] = size;
    owners = Arrays.copyOf(owners, slot + 1);
    owners[slot] = slot;
    return slot;
  }

  /** The number of elements of a slot, without the padding. */
  int elements(int slot) {
    return elements[slot];
  }

  /** The slot whose buffer a slot is bound to at every run: an input's if it updates that. */
  int owner(int slot) {
    return owners[slot];
  }

  /** Whether two slots are bound to the same buffer at every run. */
  boolean same(int slot, int other) {
    return owners[slot] == owners[other];
  }
}
