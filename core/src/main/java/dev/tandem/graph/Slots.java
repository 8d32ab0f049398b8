package dev.tandem.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gives every node that lives in memory its slot in the schedule. */
final class Slots {

  private static final int NONE = -1;

  private final ResolvedGraph graph;
  private final int outputs;
  private final int[] inputOf;
  private final int[] outputOf;
  private final int[] temporaryOf;
  private final int[] scalarOf;
  private final List<Integer> sources = new ArrayList<>();
  private final List<Integer> scalars = new ArrayList<>();
  private final List<Integer> temporaries = new ArrayList<>();

  Slots(ResolvedGraph graph, int outputs) {
    this.graph = graph;
    this.outputs = outputs;
    inputOf = none();
    outputOf = none();
    temporaryOf = none();
    scalarOf = none();
  }

  private int[] none() {
    int[] result = new int[graph.count()];
    Arrays.fill(result, NONE);
    return result;
  }

  /** Lets a node write output {@code output} directly. */
  void writeDirectly(int node, int output) {
    outputOf[node] = output;
  }

  /** Lets a node write a temporary after all. */
  void writeTemporary(int node) {
    outputOf[node] = NONE;
  }

  boolean writesDirectly(int node) {
    return outputOf[node] != NONE;
  }

  /** Which input a source is, counting from 0; it becomes one if it was not. */
  int input(int source) {
    if (inputOf[source] == NONE) {
      inputOf[source] = sources.size();
      sources.add(source);
    }
    return inputOf[source];
  }

  /** Which scalar of the run a scalar node is. */
  int scalar(int node) {
    if (scalarOf[node] == NONE) {
      scalarOf[node] = scalars.size();
      scalars.add(node);
    }
    return scalarOf[node];
  }

  /**
   * A provisional slot for a node that holds elements: inputs from 0, outputs from {@link
   * #OUTPUTS}, temporaries from {@link #TEMPORARIES}. Final numbers exist once all inputs are
   * known.
   */
  int slot(int node) {
    if (graph.isSource(node)) {
      return input(node);
    }
    if (outputOf[node] != NONE) {
      return output(outputOf[node]);
    }
    if (temporaryOf[node] == NONE) {
      temporaryOf[node] = temporaries.size();
      temporaries.add(node);
    }
    return TEMPORARIES + temporaryOf[node];
  }

  /** The provisional slot of an output. */
  int output(int output) {
    return OUTPUTS + output;
  }

  /** A new temporary of the size of a node, apart from the node's own slot. */
  int extraTemporary(int node) {
    temporaries.add(node);
    return TEMPORARIES + temporaries.size() - 1;
  }

  /** First provisional number of an output. */
  static final int OUTPUTS = 1 << 28;

  /** First provisional number of a temporary. */
  static final int TEMPORARIES = 1 << 29;

  /** The final number of a provisional slot. */
  int finalSlot(int slot) {
    if (slot >= TEMPORARIES) {
      return sources.size() + outputs + slot - TEMPORARIES;
    }
    return slot >= OUTPUTS ? sources.size() + slot - OUTPUTS : slot;
  }

  int[] sources() {
    return sources.stream().mapToInt(Integer::intValue).toArray();
  }

  int[] scalars() {
    return scalars.stream().mapToInt(Integer::intValue).toArray();
  }

  int[] temporarySizes() {
    return temporaries.stream().mapToInt(graph::elements).toArray();
  }

  /** The number of the first temporary, when all inputs are known. */
  int firstTemporary() {
    return sources.size() + outputs;
  }
}
