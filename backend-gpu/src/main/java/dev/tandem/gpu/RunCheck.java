package dev.tandem.gpu;

import dev.tandem.backend.Buffer;
import dev.tandem.schedule.Schedule;

/**
 * The checks of a run's arguments that need no data: how many there are, and which are the same.
 */
final class RunCheck {

  private RunCheck() {}

  /**
   * Checks counts and shared buffers.
   *
   * @throws IllegalArgumentException if they do not fit the schedule
   */
  static void check(Schedule schedule, Buffer[] inputs, Buffer[] outputs, float[] scalars) {
    if (inputs.length != schedule.inputs().length
        || outputs.length != schedule.outputs().length
        || scalars.length != schedule.scalars()) {
      throw new IllegalArgumentException(
          "run: %d inputs, %d outputs and %d scalars were given; the schedule has %d, %d and %d"
              .formatted(
                  inputs.length,
                  outputs.length,
                  scalars.length,
                  schedule.inputs().length,
                  schedule.outputs().length,
                  schedule.scalars()));
    }
    for (int o = 0; o < outputs.length; o++) {
      int updated = schedule.updates()[o];
      for (int i = 0; i < inputs.length; i++) {
        if ((outputs[o] == inputs[i]) != (i == updated)) {
          throw new IllegalArgumentException(
              i == updated
                  ? "run: output %d updates input %d in place, so both need the same buffer"
                      .formatted(o, i)
                  : "run: output %d and input %d must not share a buffer".formatted(o, i));
        }
      }
      for (int other = 0; other < o; other++) {
        if (outputs[o] == outputs[other]) {
          throw new IllegalArgumentException(
              "run: outputs %d and %d must not share a buffer".formatted(other, o));
        }
      }
    }
  }
}
