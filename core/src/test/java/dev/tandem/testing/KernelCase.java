package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;

/**
 * One line of the table of kernels: a schedule with its data, and how near a backend has to come to
 * the reference. The same lines serve comparisons and measurements.
 *
 * @param name says what is special about it
 * @param schedule what is run
 * @param inputs a value for each element of each input slot
 * @param scalars a value for each scalar
 * @param tolerance how the results are compared
 */
public record KernelCase(
    String name, Schedule schedule, float[][] inputs, float[] scalars, Tolerance tolerance) {

  /** A case without scalars. */
  public KernelCase(String name, Schedule schedule, Tolerance tolerance, float[]... inputs) {
    this(name, schedule, inputs, new float[0], tolerance);
  }

  /** The same case with other data for its inputs. */
  public KernelCase withInputs(float[]... other) {
    return new KernelCase(name, schedule, other, scalars, tolerance);
  }

  /** The same kernels with other scalars. */
  public KernelCase withScalars(float... other) {
    return new KernelCase(name, schedule, inputs, other, tolerance);
  }

  /** Runs it in fresh buffers; the results are one array for each output. */
  public float[][] run(Backend backend) {
    try (Executable executable = backend.compile(schedule);
        Bound bound = bind(backend)) {
      executable.run(bound.inputs, bound.outputs, scalars);
      return bound.results();
    }
  }

  /** Fails unless the backend comes as near to the reference as this case asks. */
  public void check(Backend backend) {
    check(run(backend));
  }

  /** Fails unless these are results as near to the reference as this case asks. */
  public void check(float[][] results) {
    tolerance.check(this, results);
  }

  /** Buffers with the inputs in place. */
  public Bound bind(Backend backend) {
    Buffer[] in = new Buffer[inputs.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = Buffers.of(backend, inputs[i]);
    }
    Buffer[] out = new Buffer[schedule.outputs().length];
    for (int o = 0; o < out.length; o++) {
      int updated = schedule.updates()[o];
      out[o] = updated >= 0 ? in[updated] : backend.allocate(schedule.outputs()[o]);
    }
    return new Bound(backend, in, out);
  }

  /** The buffers of one case on one backend. */
  public record Bound(Backend backend, Buffer[] inputs, Buffer[] outputs) implements AutoCloseable {

    /** The contents of the outputs. */
    public float[][] results() {
      float[][] results = new float[outputs.length][];
      for (int o = 0; o < outputs.length; o++) {
        results[o] = Buffers.contents(outputs[o]);
      }
      return results;
    }

    /** Puts the inputs back to what the case says, updated ones too. */
    public void reset(KernelCase of) {
      for (int i = 0; i < inputs.length; i++) {
        backend.upload(MemorySegment.ofArray(of.inputs[i]), inputs[i]);
      }
    }

    @Override
    public void close() {
      for (Buffer buffer : inputs) {
        buffer.close();
      }
      for (Buffer buffer : outputs) {
        buffer.close();
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
