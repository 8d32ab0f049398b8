package dev.tandem.graph;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A compiled schedule with what its runs share: small buffers through which values on the Java heap
 * pass. Guarded by the engine's lock.
 */
final class Plan {

  private final Lowered lowered;
  private final Backend backend;
  private final Executable executable;
  private final @Nullable Buffer[] inputStaging;
  private final @Nullable Buffer[] outputStaging;

  /** Everything that a run is given; it may be given to any number of runs. */
  record Binding(Buffer[] inputs, Buffer[] outputs, float[] scalars) {}

  Plan(Lowered lowered, Backend backend) {
    this.lowered = lowered;
    this.backend = backend;
    Schedule schedule = lowered.schedule();
    executable = backend.compile(schedule);
    inputStaging = new Buffer[schedule.inputs().length];
    outputStaging = new Buffer[schedule.outputs().length];
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
    Binding binding = bind(order, results, resultCount, destinations, targets);
    execute(binding);
    for (int i = 0; i < resultCount; i++) {
      publish(results[i], binding.outputs[i], outputStaging[i]);
    }
  }

  /** Finds the buffers and the values of scalars. */
  Binding bind(
      GraphOrder order,
      Node[] results,
      int resultCount,
      @Nullable Buffer[] destinations,
      Node[] targets) {
    int[] sources = lowered.sources();
    Buffer[] inputs = new Buffer[sources.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = input(i, order.node(sources[i]));
    }
    Buffer[] outputs = new Buffer[resultCount + targets.length];
    for (int i = 0; i < resultCount; i++) {
      outputs[i] = output(i, results[i], destinations[i]);
    }
    for (int i = 0; i < targets.length; i++) {
      outputs[resultCount + i] = storage(targets[i]);
    }
    int[] scalarNodes = lowered.scalars();
    float[] scalars = new float[scalarNodes.length];
    for (int i = 0; i < scalars.length; i++) {
      scalars[i] = order.node(scalarNodes[i]).scalarValue();
    }
    return new Binding(inputs, outputs, scalars);
  }

  void execute(Binding binding) {
    executable.run(binding.inputs, binding.outputs, binding.scalars);
  }

  /** The number of the node behind each scalar. */
  int[] scalarNodes() {
    return lowered.scalars();
  }

  private Buffer input(int index, Node source) {
    MemorySegment small = source.small();
    return small == null ? storage(source) : staged(index, small, source.shape().elements());
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
