package dev.tandem.schedule;

import static dev.tandem.schedule.ScheduleCheck.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds out whether the kernels of a {@link Schedule}, run in order, disturb each other through
 * memory: the half of {@link ScheduleCheck} that has to remember earlier kernels. A slot must be
 * written before it is read, an updated input must not be read afterwards where it was changed,
 * temporaries that share elements must not be alive together, and within one kernel what is written
 * must be apart from what is read, or be the very same window.
 */
final class StorageCheck {

  private static final int ALIGNMENT = 16; // elements

  private final Schedule schedule;
  private final boolean[] written; // [slot]
  private final List<List<Window>> changed = new ArrayList<>(); // [input], what updates wrote
  private final int[] firstUse; // [temporary], number of a kernel
  private final int[] lastUse;
  private final TreeMap<Long, Integer> alive = new TreeMap<>(); // first element -> temporary

  StorageCheck(Schedule schedule) {
    this.schedule = schedule;
    this.written = new boolean[schedule.slots()];
    this.firstUse = new int[schedule.temporaries().size()];
    this.lastUse = new int[schedule.temporaries().size()];
    for (int i = 0; i < schedule.inputs().length; i++) {
      changed.add(new ArrayList<>());
      written[i] = true;
    }
    Arrays.fill(firstUse, Integer.MAX_VALUE);
    Arrays.fill(lastUse, -1);
    for (int k = 0; k < schedule.kernels().size(); k++) {
      for (Access access : accesses(schedule.kernels().get(k))) {
        int temporary = access.operand.slot() - schedule.firstTemporary();
        if (temporary >= 0 && temporary < lastUse.length) {
          firstUse[temporary] = Math.min(firstUse[temporary], k);
          lastUse[temporary] = k;
        }
      }
    }
  }

  /** How a kernel touches an operand. {@code inPlace}: a result may be stored where it was read. */
  private record Access(Operand operand, int[] shape, boolean writes, boolean inPlace) {}

  private static List<Access> accesses(Kernel kernel) {
    List<Access> accesses = new ArrayList<>();
    switch (kernel) {
      case Kernel.Elementwise it -> {
        it.body().inputs().forEach(o -> accesses.add(new Access(o, it.shape(), false, true)));
        it.outputs().forEach(o -> accesses.add(new Access(o, it.shape(), true, false)));
      }
      case Kernel.Reduction it -> {
        it.body().inputs().forEach(o -> accesses.add(new Access(o, it.shape(), false, false)));
        accesses.add(new Access(it.output(), it.shape(), true, false));
      }
      case Kernel.Matmul it -> {
        int[] left = ScheduleCheck.extended(it.batch(), it.m(), it.k());
        int[] right = ScheduleCheck.extended(it.batch(), it.k(), it.n());
        int[] product = ScheduleCheck.extended(it.batch(), it.m(), it.n());
        accesses.add(new Access(it.left(), left, false, false));
        accesses.add(new Access(it.right(), right, false, false));
        it.epilogue().inputs().forEach(o -> accesses.add(new Access(o, product, false, true)));
        accesses.add(new Access(it.output(), product, true, false));
      }
    }
    return accesses;
  }

  /** Sizes, updates and the places of temporaries, before any kernel. */
  void checkSlots() {
    require(
        schedule.updates().length == schedule.outputs().length,
        "schedule: %d updates for %d outputs",
        schedule.updates().length,
        schedule.outputs().length);
    for (int slot = 0; slot < schedule.slots(); slot++) {
      require(schedule.elements(slot) >= 0, "schedule: slot %d has a negative size", slot);
    }
    Set<Integer> updated = new HashSet<>();
    for (int o = 0; o < schedule.updates().length; o++) {
      int input = schedule.updates()[o];
      if (input < 0) {
        continue;
      }
      require(
          input < schedule.inputs().length && updated.add(input),
          "schedule: output %d updates input %d, which does not exist or is updated twice",
          o,
          input);
      require(
          schedule.inputs()[input] == schedule.outputs()[o],
          "schedule: output %d has another size than input %d, which it updates",
          o,
          input);
    }
    for (Schedule.Temporary temporary : schedule.temporaries()) {
      require(
          temporary.offset() >= 0
              && temporary.offset() % ALIGNMENT == 0
              && end(temporary) <= schedule.temporaryBlock(),
          "schedule: %s is not aligned to %d elements or leaves the block of %d",
          temporary,
          ALIGNMENT,
          schedule.temporaryBlock());
    }
  }

  /** The end of a temporary's padding. */
  private static long end(Schedule.Temporary temporary) {
    return temporary.offset() + (temporary.elements() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
  }

  /** Takes the next kernel in, whose operands are known to lie in their slots. */
  void enter(int number, Kernel kernel) {
    List<Access> accesses = accesses(kernel);
    for (Access access : accesses) {
      if (!access.writes) {
        checkRead(access);
      }
    }
    for (int i = 0; i < accesses.size(); i++) {
      if (accesses.get(i).writes) {
        checkWrite(accesses, i);
      }
    }
    for (Access access : accesses) {
      if (access.writes) {
        remember(access);
      }
    }
    checkLifetimes(number, accesses);
  }

  private void checkRead(Access access) {
    Window window = window(access);
    require(
        window.isEmpty() || written[access.operand.slot()],
        "operand %s is read before any kernel has written it",
        access.operand);
    if (access.operand.slot() < schedule.firstOutput()) {
      for (Window change : changed.get(access.operand.slot())) {
        require(
            !window.meets(change),
            "operand %s is read after its input was updated in place",
            access.operand);
      }
    }
  }

  private void checkWrite(List<Access> accesses, int writer) {
    Window output = window(accesses.get(writer));
    for (int i = 0; i < accesses.size(); i++) {
      Access other = accesses.get(i);
      boolean earlierOutput = other.writes && i < writer;
      if (earlierOutput || !other.writes) {
        Window window = window(other);
        require(
            (other.inPlace && window.equals(output)) || !window.meets(output),
            "output %s overlaps %s",
            accesses.get(writer).operand,
            other.operand);
      }
    }
  }

  private void remember(Access access) {
    int slot = access.operand.slot();
    written[slot] = true;
    int output = slot - schedule.firstOutput();
    if (output < schedule.outputs().length && schedule.updates()[output] >= 0) {
      changed.get(schedule.updates()[output]).add(window(access));
    }
  }

  private void checkLifetimes(int number, List<Access> accesses) {
    Set<Integer> touched = new HashSet<>();
    for (Access access : accesses) {
      if (access.operand.slot() >= schedule.firstTemporary()) {
        touched.add(access.operand.slot() - schedule.firstTemporary());
      }
    }
    for (int temporary : touched) {
      if (firstUse[temporary] == number && schedule.temporaries().get(temporary).elements() > 0) {
        begin(temporary);
      }
    }
    for (int temporary : touched) {
      if (lastUse[temporary] == number) {
        alive.remove(schedule.temporaries().get(temporary).offset(), temporary);
      }
    }
  }

  private void begin(int temporary) {
    Schedule.Temporary place = schedule.temporaries().get(temporary);
    Map.Entry<Long, Integer> before = alive.lowerEntry(end(place));
    require(
        before == null || end(schedule.temporaries().get(before.getValue())) <= place.offset(),
        "temporaries %d and %s share memory while both are in use",
        temporary,
        before == null ? "" : before.getValue());
    alive.put(place.offset(), temporary);
  }

  /** After the last kernel: every output has got something. */
  void checkOutputsWritten() {
    for (int o = 0; o < schedule.outputs().length; o++) {
      require(
          written[schedule.firstOutput() + o]
              || schedule.outputs()[o] == 0
              || schedule.updates()[o] >= 0,
          "schedule: no kernel writes output %d",
          o);
    }
  }

  /** The last element of an operand's window, or -1 if the window is empty. */
  static long last(Operand operand, int[] shape) {
    long last = operand.offset();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 0) {
        return -1;
      }
      last += (shape[axis] - 1L) * operand.stride(axis);
    }
    return last;
  }

  private Window window(Access access) {
    int slot = access.operand.slot();
    int[] strides = access.operand.strides().clone();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = access.shape[axis] == 1 ? 0 : strides[axis];
    }
    long first = access.operand.offset();
    int storage = slot;
    if (slot >= schedule.firstTemporary()) {
      storage = schedule.firstTemporary();
      first += schedule.temporaries().get(slot - schedule.firstTemporary()).offset();
    } else if (slot >= schedule.firstOutput()) {
      int updated = schedule.updates()[slot - schedule.firstOutput()];
      storage = updated >= 0 ? updated : slot;
    }
    long last = last(access.operand, access.shape);
    long extent = last < 0 ? -1 : last - access.operand.offset();
    return new Window(storage, first, first + extent, access.shape, strides);
  }
}
