package dev.tandem.graph;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A compiled schedule with everything that a run needs, so that a run allocates nothing: the arrays
 * that are bound, and small buffers through which values on the Java heap pass. Guarded by the
 * engine's lock.
 */
final class Plan {

  private final Lowered lowered;
  private final Backend backend;
  private final Executable executable;
  private final Buffer[] inputs;
  private final Buffer[] outputs;
  private final float[] scalars;
  private final @Nullable Buffer[] inputStaging;
  private final @Nullable Buffer[] outputStaging;

  Plan(Lowered lowered, Backend backend) {
    this.lowered = lowered;
    this.backend = backend;
    Schedule schedule = lowered.schedule();
    executable = backend.compile(schedule);
    inputs = new Buffer[schedule.inputs().length];
    outputs = new Buffer[schedule.outputs().length];
    scalars = new float[schedule.scalars()];
    inputStaging = new Buffer[inputs.length];
    outputStaging = new Buffer[outputs.length];
  }

  Schedule schedule() {
    return lowered.schedule();
  }

  /**
   * Binds the graph's leaves and runs.
   *
   * @param order the graph, of the structure this plan was made for
   * @param results the nodes whose values are asked for; they get them
   * @param destinations for each result the buffer to write to, or null for a new one
   * @param targets the parameters' nodes that are overwritten
   */
  void run(
      GraphOrder order,
      Node[] results,
      int resultCount,
      @Nullable Buffer[] destinations,
      Node[] targets) {
    try {
      bind(order, results, resultCount, destinations, targets);
      execute();
      for (int i = 0; i < resultCount; i++) {
        publish(results[i], outputs[i], outputStaging[i]);
      }
    } finally {
      Arrays.fill(inputs, null);
      Arrays.fill(outputs, null);
    }
  }

  /** Binds everything for any number of calls of {@link #execute}. */
  void bind(
      GraphOrder order,
      Node[] results,
      int resultCount,
      @Nullable Buffer[] destinations,
      Node[] targets) {
    bindInputs(order);
    for (int i = 0; i < resultCount; i++) {
      outputs[i] = output(i, results[i], destinations[i]);
    }
    for (int i = 0; i < targets.length; i++) {
      outputs[resultCount + i] = storage(targets[i]);
    }
  }

  /** Runs with what is bound. */
  void execute() {
    executable.run(inputs, outputs, scalars);
  }

  /** The values of the scalars, to be changed between runs. */
  float[] scalars() {
    return scalars;
  }

  /** The number of the node behind each scalar. */
  int[] scalarNodes() {
    return lowered.scalars();
  }

  private void bindInputs(GraphOrder order) {
    int[] sources = lowered.sources();
    for (int i = 0; i < sources.length; i++) {
      Node source = order.node(sources[i]);
      MemorySegment small = source.small();
      inputs[i] = small == null ? storage(source) : staged(i, small, source.shape().elements());
    }
    int[] scalarNodes = lowered.scalars();
    for (int i = 0; i < scalars.length; i++) {
      scalars[i] = order.node(scalarNodes[i]).scalarValue();
    }
  }

  private static Buffer storage(Node node) {
    Buffer buffer = node.buffer();
    if (buffer == null) {
      throw new AssertionError("a source without storage");
    }
    return buffer;
  }

  private Buffer staged(int input, MemorySegment values, int elements) {
    Buffer staging = inputStaging[input];
    if (staging == null) {
      staging = backend.allocate(elements);
      inputStaging[input] = staging;
    }
    backend.upload(values, staging);
    return staging;
  }

  private Buffer output(int index, Node node, @Nullable Buffer destination) {
    if (destination != null) {
      return destination;
    }
    int elements = node.shape().elements();
    if (!Node.isSmall(elements)) {
      return backend.allocate(elements);
    }
    Buffer staging = outputStaging[index];
    if (staging == null) {
      staging = backend.allocate(elements);
      outputStaging[index] = staging;
    }
    return staging;
  }

  private void publish(Node node, Buffer output, @Nullable Buffer staging) {
    if (output == staging) {
      float[] values = new float[output.elements()];
      MemorySegment small = MemorySegment.ofArray(values);
      backend.download(output, small);
      node.setValue(small);
    } else {
      node.setValue(output);
    }
  }

  void close() {
    executable.close();
    for (Buffer buffer : inputStaging) {
      if (buffer != null) {
        buffer.close();
      }
    }
    for (Buffer buffer : outputStaging) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
