package dev.tandem.reference;

import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Schedule;
import java.util.Arrays;

/**
 * A schedule with its block of temporaries: binds slots to storage and runs the kernels in order.
 */
final class ReferenceExecutable implements Executable {

  private final ReferenceBackend backend;
  private final Schedule schedule;
  private final ReferenceMemory.Block temporaries;

  ReferenceExecutable(
      ReferenceBackend backend, Schedule schedule, ReferenceMemory.Block temporaries) {
    this.backend = backend;
    this.schedule = schedule;
    this.temporaries = temporaries;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, float[] scalars) {
    backend.checkOpen("run");
    double[] block = temporaries.values("run");
    checkCounts(inputs, outputs, scalars);
    checkSharing(inputs, outputs);

    double[][] storage = new double[schedule.slots()][];
    int[] start = new int[schedule.slots()];
    for (int i = 0; i < inputs.length; i++) {
      storage[i] = bind("input", i, inputs[i], schedule.inputs()[i]);
    }
    for (int o = 0; o < outputs.length; o++) {
      double[] values = bind("output", o, outputs[o], schedule.outputs()[o]);
      storage[schedule.firstOutput() + o] = values;
      if (schedule.updates()[o] < 0) {
        Arrays.fill(values, Double.NaN);
      }
    }
    for (int t = 0; t < schedule.temporaries().size(); t++) {
      storage[schedule.firstTemporary() + t] = block;
      start[schedule.firstTemporary() + t] = (int) schedule.temporaries().get(t).offset();
    }
    // what no kernel has written yet reads as NaN here, so that a hole in a schedule shows in tests
    Arrays.fill(block, Double.NaN);

    KernelLoops loops = new KernelLoops(backend.precision(), storage, start, scalars);
    for (Kernel kernel : schedule.kernels()) {
      loops.run(kernel);
    }
  }

  @Override
  public void close() {
    temporaries.release();
  }

  private void checkCounts(Buffer[] inputs, Buffer[] outputs, float[] scalars) {
    if (inputs.length != schedule.inputs().length
        || outputs.length != schedule.outputs().length
        || scalars.length != schedule.scalars()) {
      throw new IllegalArgumentException(
          "run: %d inputs, %d outputs and %d scalars given; the schedule has %d, %d and %d"
              .formatted(
                  inputs.length,
                  outputs.length,
                  scalars.length,
                  schedule.inputs().length,
                  schedule.outputs().length,
                  schedule.scalars()));
    }
  }

  /** An output shares its buffer with the input it updates, and with nothing else. */
  private void checkSharing(Buffer[] inputs, Buffer[] outputs) {
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

  private double[] bind(String role, int index, Buffer buffer, int elements) {
    double[] values = backend.values(buffer, "run");
    if (values.length != elements) {
      throw new IllegalArgumentException(
          "run: %s %d has %d elements; the schedule says %d"
              .formatted(role, index, values.length, elements));
    }
    return values;
  }
}
