package dev.tandem.gpu;

import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects what one kernel needs: its arrays in the order in which it meets them, its words in the
 * layout, and its duties.
 */
final class TaskBuilder {

  /** TornadoVM passes 20 arguments at most. */
  static final int MAX_ARRAYS = 20 - KernelCode.FIRST_ARRAY;

  private final ProgramBuilder program;
  private final String name;
  private final List<Integer> layout = new ArrayList<>();
  private final List<Integer> arrays = new ArrayList<>();
  private final Set<Integer> touched = new TreeSet<>(); // numbers among the plan's arrays
  private final Set<Integer> written = new TreeSet<>();

  TaskBuilder(ProgramBuilder program, String name) {
    this.program = program;
    this.name = name;
    word(1); // Layout.ONE
    word(program.receipt(name)); // Layout.RECEIPT
  }

  /** Gives the kernel a number. */
  int word(int value) {
    layout.add(value);
    return layout.size() - 1;
  }

  /** Gives the kernel a number for each axis. */
  List<Integer> words(int... values) {
    List<Integer> numbers = new ArrayList<>();
    for (int value : values) {
      numbers.add(word(value));
    }
    return numbers;
  }

  Window read(Operand operand) {
    Placement.Place place = program.placement().place(operand.slot());
    touched.add(place.array());
    return window(place.array(), place.first() + operand.offset(), operand.strides());
  }

  Window write(Operand operand) {
    Window window = read(operand);
    written.add(program.placement().place(operand.slot()).array());
    return window;
  }

  /** A window on the scratch space behind the temporaries, which every kernel may overwrite. */
  Window scratch(long elements, int... strides) {
    return window(Placement.TEMPORARIES, program.scratch(elements), strides);
  }

  private Window window(int array, int first, int... strides) {
    int offset = word(first);
    List<Integer> steps = new ArrayList<>();
    for (int stride : strides) {
      steps.add(stride == 0 ? Window.STAYS : stride == 1 ? Window.BY_ONE : word(stride));
    }
    return new Window(argument(array), offset, steps);
  }

  /** The kernel's own number for an array of the plan. */
  private int argument(int array) {
    if (array < 0) {
      return array;
    }
    if (!arrays.contains(array)) {
      arrays.add(array);
    }
    return arrays.indexOf(array);
  }

  /** A window on an array that holds nothing else. */
  Window whole(int array, int... strides) {
    return window(array, 0, strides);
  }

  /** Looks at the tail of an array, if it has one, although the kernel does not use it. */
  void touch(int array) {
    if (program.placement().seat(array) != null) {
      argument(array);
      touched.add(array);
    }
  }

  /** Signs for an array that somebody else has written for the kernel. */
  void wrote(int array) {
    touch(array);
    written.add(array);
  }

  void finish(KernelSource source, Grid grid) {
    List<Duties.Arrival> arrivals = new ArrayList<>();
    List<Duties.Departure> departures = new ArrayList<>();
    for (int array : touched) {
      Seat seat = program.placement().seat(array);
      if (seat == null) {
        continue;
      }
      if (seat.arrives() && program.isFirstTouch(seat)) {
        int receipt = word(program.receipt(seat));
        arrivals.add(new Duties.Arrival(argument(array), word(seat.tail()), receipt));
      }
      if (written.contains(array)) {
        departures.add(new Duties.Departure(argument(array), word(seat.tail())));
      }
    }
    if (arrays.size() > MAX_ARRAYS) {
      throw GpuFailure.tooManyArrays(name, arrays.size(), MAX_ARRAYS);
    }
    KernelClass code = KernelClasses.get(source, new Duties(arrivals, departures), arrays.size());
    program.add(new Task.Launch(name, code, ints(layout), ints(arrays), grid));
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
