package dev.tandem.gpu;

import dev.tandem.schedule.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as TornadoVM will run it: tasks over numbered arrays. Holds no data and touches no
 * device.
 *
 * @param schedule what it came from
 * @param placement where the slots are
 * @param load what runs after the inputs that stay have been copied to the device
 * @param main what every run runs
 * @param temporaries elements of the array with number {@link Placement#TEMPORARIES}
 * @param products elements of the array with number {@link Placement#products()}
 */
record Program(
    Schedule schedule,
    Placement placement,
    Stage load,
    Stage main,
    long temporaries,
    long products) {

  /**
   * Tasks that run one after the other, with the outbox they write.
   *
   * @param tasks in order
   * @param firstReceipt where the receipts begin in the outbox
   * @param receipts what each of them stands for
   */
  record Stage(List<Task> tasks, int firstReceipt, List<Receipt> receipts) {

    Stage {
      tasks = List.copyOf(tasks);
      receipts = List.copyOf(receipts);
    }

    /** Words of all layouts. */
    int layoutWords() {
      return tasks.stream()
          .mapToInt(task -> task instanceof Task.Launch launch ? launch.layout().length : 0)
          .sum();
    }

    /** Elements of the outbox. */
    int outboxSize() {
      return Placement.padded(firstReceipt + receipts.size());
    }
  }

  /**
   * A number in the outbox that the host compares.
   *
   * @param of what has failed if it is wrong
   * @param seat whose tail it repeats; null for the token of the run
   */
  record Receipt(String of, @Nullable Seat seat) {}

  /** Whether there is nothing to run: all results have no elements. */
  boolean isEmpty() {
    return main.tasks().isEmpty();
  }

  /** Elements on the device, everything counted. */
  long deviceElements() {
    return temporaries
        + products
        + placement.ownElements()
        + placement.seatElements()
        + placement.inboxSize()
        + main.outboxSize()
        + load.outboxSize()
        + load.layoutWords()
        + main.layoutWords();
  }
}
