package dev.tandem.gpu;

import dev.tandem.backend.MemoryLimitException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The arrays of a plan: what the host holds of them, and what TornadoVM knows the device's side by.
 */
final class PlanArrays {

  /** The arrays that travel with every run of a stage. */
  record Sent(FloatArray inbox, FloatArray outbox) {}

  private static final int SMALLEST = 16;

  private final FloatArray[] numbered;
  private final Sent main;
  private final Sent load;

  /** TornadoVM tells objects apart by these. */
  private final Set<Integer> hashes = new HashSet<>();

  PlanArrays(Program program) {
    List<Seat> seats = program.placement().seats();
    if (program.temporaries() > Integer.MAX_VALUE - SMALLEST) {
      throw new MemoryLimitException(
          "compile: %,d elements of temporaries are more than one array of the device can hold; evaluate in smaller parts"
              .formatted(program.temporaries()));
    }
    numbered = new FloatArray[program.placement().products() + 1];
    numbered[Placement.TEMPORARIES] = floats(Math.toIntExact(program.temporaries()));
    for (Seat seat : seats) {
      numbered[seat.array()] = floats(seat.length());
    }
    for (int i = 0; i < program.placement().own().size(); i++) {
      numbered[seats.size() + 1 + i] = floats(program.placement().own().get(i));
    }
    numbered[program.placement().products()] = floats(Math.toIntExact(program.products()));
    main = sent(program.placement().inboxSize(), program.main().outboxSize());
    load = sent(SMALLEST, program.load().outboxSize());
  }

  private FloatArray floats(int length) {
    FloatArray array;
    do {
      array = new FloatArray(Math.max(SMALLEST, length));
    } while (!hashes.add(array.hashCode()));
    return array;
  }

  /** A new array with the layout of a task. */
  IntArray layout(Task.Launch task) {
    IntArray array;
    do {
      array = IntArray.fromArray(task.layout());
    } while (!hashes.add(array.hashCode()));
    return array;
  }

  private Sent sent(int inboxSize, int outboxSize) {
    Sent sent = new Sent(floats(inboxSize), floats(outboxSize));
    sent.inbox.set(Inbox.NEGATIVE_ZERO, -0f);
    return sent;
  }

  /** The array with a number of {@link Placement}. */
  FloatArray numbered(int number) {
    return numbered[number];
  }

  Sent main() {
    return main;
  }

  Sent load() {
    return load;
  }
}
