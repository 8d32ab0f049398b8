package dev.tandem.gpu;

import dev.tandem.schedule.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where each slot of a schedule lies among the arrays of a plan. Small inputs share the inbox and
 * small outputs the outbox, so that they travel in one copy; temporaries share one array that never
 * leaves the device, or have arrays of their own there if somebody needs that; every other slot has
 * a {@link Seat}, and so has every updated input. Inputs that are updated, and large ones that are
 * said to last, stay on the device.
 */
final class Placement {

  /** Slots of up to this many elements travel in the shared arrays: 4 KiB each. */
  private static final int SMALL = 1024;

  /** The number of the array that holds the temporaries. */
  static final int TEMPORARIES = 0;

  /** Where a slot begins. */
  record Place(int array, int first) {}

  private final Place[] places; // [slot]
  private final List<Seat> seats = new ArrayList<>();
  private final @Nullable Seat[] ofInput; // null: in the inbox
  private final @Nullable Seat[] ofOutput; // null: in the outbox
  private final List<Integer> own = new ArrayList<>(); // elements of temporaries' own arrays
  private long block; // elements of the array of temporaries
  private int inboxSize;
  private int outboxSize;

  /**
   * Places everything.
   *
   * @param whole slots that get an array of their own if they are temporaries
   */
  Placement(Schedule schedule, Set<Integer> whole) {
    places = new Place[schedule.slots()];
    ofInput = new Seat[schedule.inputs().length];
    ofOutput = new Seat[schedule.outputs().length];
    inboxSize = padded(Inbox.FIRST_SCALAR + schedule.scalars());
    boolean[] updated = new boolean[ofInput.length];
    for (int input : schedule.updates()) {
      if (input >= 0) {
        updated[input] = true;
      }
    }
    for (int i = 0; i < ofInput.length; i++) {
      int elements = schedule.inputs()[i];
      if (updated[i] || elements > SMALL) {
        Seat.Use unchanged = schedule.lasting()[i] ? Seat.Use.LASTING : Seat.Use.INPUT;
        ofInput[i] = newSeat(elements, updated[i] ? Seat.Use.UPDATED : unchanged);
        places[i] = new Place(ofInput[i].array(), 0);
      } else {
        places[i] = new Place(Task.INBOX, inboxSize);
        inboxSize += padded(elements);
      }
    }
    for (int o = 0; o < ofOutput.length; o++) {
      int slot = schedule.firstOutput() + o;
      int elements = schedule.outputs()[o];
      if (schedule.updates()[o] >= 0) {
        ofOutput[o] = ofInput[schedule.updates()[o]];
        places[slot] = places[schedule.updates()[o]];
      } else if (elements > SMALL) {
        ofOutput[o] = newSeat(elements, Seat.Use.OUTPUT);
        places[slot] = new Place(ofOutput[o].array(), 0);
      } else {
        places[slot] = new Place(Task.OUTBOX, outboxSize);
        outboxSize += padded(elements);
      }
    }
    placeTemporaries(schedule, whole);
  }

  /** Those that begin at one place of the block never live together, and share an array, too. */
  private void placeTemporaries(Schedule schedule, Set<Integer> whole) {
    Map<Long, Integer> arrays = new HashMap<>(); // of places in the block
    for (int t = 0; t < schedule.temporaries().size(); t++) {
      Schedule.Temporary temporary = schedule.temporaries().get(t);
      int slot = schedule.firstTemporary() + t;
      if (!whole.contains(slot)) {
        places[slot] = new Place(TEMPORARIES, Math.toIntExact(temporary.offset()));
        block = Math.max(block, temporary.offset() + padded(temporary.elements()));
        continue;
      }
      Integer array = arrays.get(temporary.offset());
      if (array == null) {
        own.add(0);
        array = seats.size() + own.size();
        arrays.put(temporary.offset(), array);
      }
      int index = array - seats.size() - 1;
      own.set(index, Math.max(own.get(index), padded(temporary.elements())));
      places[slot] = new Place(array, 0);
    }
  }

  private Seat newSeat(int elements, Seat.Use use) {
    Seat seat = new Seat(seats.size() + 1, elements, use);
    seats.add(seat);
    return seat;
  }

  /** The next multiple of 16. */
  static int padded(int elements) {
    return Math.addExact(elements, 15) & ~15;
  }

  Place place(int slot) {
    return places[slot];
  }

  /** Whether nothing but this slot is in its array, or nothing that lives when it does. */
  boolean isWhole(int slot) {
    return places[slot].array > TEMPORARIES;
  }

  /** Whether an array is on the device only. */
  boolean isTemporary(int array) {
    return array == TEMPORARIES || array > seats.size();
  }

  /** Elements of the arrays that single temporaries have; the first follows the last seat. */
  List<Integer> own() {
    return own;
  }

  /** The number of the last array, which holds products without their epilogue. */
  int products() {
    return seats.size() + own.size() + 1;
  }

  /** Elements of the array that the other temporaries share. */
  long block() {
    return block;
  }

  /** Every seat; the one of array n is number n - 1. */
  List<Seat> seats() {
    return seats;
  }

  /** The seat of an array, or null if it is none. */
  @Nullable Seat seat(int array) {
    return array <= TEMPORARIES || isTemporary(array) ? null : seats.get(array - 1);
  }

  /** The seat of an input, or null if it travels in the inbox. */
  @Nullable Seat ofInput(int input) {
    return ofInput[input];
  }

  /** The seat of an output, or null if it travels in the outbox. */
  @Nullable Seat ofOutput(int output) {
    return ofOutput[output];
  }

  /** The seats of inputs whose values are on the device from run to run. */
  List<Seat> staying() {
    return seats.stream().filter(Seat::stays).toList();
  }

  /** Elements of the inbox. */
  int inboxSize() {
    return inboxSize;
  }

  /** Elements of the small outputs; receipts come after them. */
  int outboxSize() {
    return outboxSize;
  }

  /** Elements of all seats with their tails. */
  long seatElements() {
    return seats.stream().mapToLong(Seat::length).sum();
  }

  /** Elements of all arrays that single temporaries have. */
  long ownElements() {
    return own.stream().mapToLong(Integer::longValue).sum();
  }

  @Override
  public String toString() {
    return Arrays.toString(places);
  }
}
