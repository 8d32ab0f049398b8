package dev.tandem.graph;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Translates an ordered graph into a schedule, once for each structure: {@link ResolvedGraph}
 * merges equal nodes and turns movements into windows, {@link Fusion} forms groups, {@link
 * KernelBuilder} writes each as kernels, and this class orders them and gives every value its
 * place.
 *
 * <p>Updates of parameters happen in place where that is safe: the kernel that computes the new
 * value reads the old one only element by element, nobody else reads the new value, and it can run
 * after every reader of the old one. Otherwise the new value is computed apart and copied at the
 * end.
 */
final class Lowering {

  private final ResolvedGraph graph;
  private final int[] results;
  private final int[] targets;
  private final int[] values;
  private final Slots slots;
  private final KernelBuilder builder;

  private final List<Kernel> computations = new ArrayList<>();
  private final List<Kernel> resultCopies = new ArrayList<>();
  private final List<Group> updates = new ArrayList<>();
  private final List<Kernel> updateCopies = new ArrayList<>();
  private final int[] updatedInputs;
  private final boolean[] isTarget;

  private Lowering(GraphOrder order, int[] results, int[] targets, int[] values) {
    graph = new ResolvedGraph(order);
    this.results = results;
    this.targets = targets;
    this.values = values;
    slots = new Slots(graph, results.length + values.length);
    builder = new KernelBuilder(graph, slots);
    updatedInputs = new int[results.length + values.length];
    isTarget = new boolean[graph.count()];
  }

  /**
   * Lowers a graph.
   *
   * @param results numbers of the nodes whose values are asked for: the first outputs
   * @param targets numbers of the parameters' nodes to be overwritten
   * @param values numbers of the nodes whose values they take: the further outputs
   */
  static Lowered lower(GraphOrder order, int[] results, int[] targets, int[] values) {
    return new Lowering(order, results, targets, values).run();
  }

  private Lowered run() {
    List<Integer> direct = new ArrayList<>();
    List<Integer> copied = new ArrayList<>();
    int[] writer = new int[results.length + values.length]; // the node that writes it, or -1
    for (int output = 0; output < writer.length; output++) {
      int node = writer(valueOf(output));
      boolean free = node >= 0 && !slots.writesDirectly(node);
      writer[output] = free ? node : -1;
      if (free) {
        slots.writeDirectly(node, output);
        direct.add(node);
      } else {
        copied.add(valueOf(output));
      }
    }
    Fusion fusion = new Fusion(graph, direct, copied);
    bindUpdates();
    Set<Group> last = updatesInPlace(fusion, writer);
    for (Group group : fusion.groups()) {
      if (last.contains(group)) {
        updates.add(group);
      } else {
        computations.addAll(builder.build(group));
      }
    }
    orderUpdates(writer);
    for (int output = 0; output < writer.length; output++) {
      if (writer[output] < 0 && graph.elements(valueOf(output)) > 0) {
        copyOutput(output);
      }
    }
    List<Kernel> kernels = new ArrayList<>(computations);
    kernels.addAll(resultCopies);
    updates.forEach(group -> kernels.addAll(builder.build(group)));
    kernels.addAll(updateCopies);
    return finish(kernels);
  }

  /** The node number behind an output, results first. */
  private int valueOf(int output) {
    boolean isResult = output < results.length;
    return graph.same(isResult ? results[output] : values[output - results.length]);
  }

  /** The node whose elements, as they are computed, are the value of {@code node}; or -1. */
  private int writer(int node) {
    int base = graph.base(node);
    boolean computed = !graph.isSource(base) && !graph.isUniform(base);
    return computed && graph.isWholeBase(node) ? base : -1;
  }

  private void bindUpdates() {
    Arrays.fill(updatedInputs, -1);
    for (int i = 0; i < targets.length; i++) {
      updatedInputs[results.length + i] = slots.input(targets[i]);
      isTarget[targets[i]] = true;
    }
  }

  /** The groups that may overwrite parameters; other updates go to a temporary and are copied. */
  private Set<Group> updatesInPlace(Fusion fusion, int[] writer) {
    Set<Group> safe = new HashSet<>();
    Map<Integer, Group> groupOfOutput = new HashMap<>();
    for (Group group : fusion.groups()) {
      group.outputs().forEach(node -> groupOfOutput.put(node, group));
    }
    for (int i = 0; i < targets.length; i++) {
      int output = results.length + i;
      Group group = writer[output] < 0 ? null : groupOfOutput.get(writer[output]);
      if (group == null) {
        continue;
      }
      boolean nobodyWaits =
          group.outputs().stream().noneMatch(fusion::isReadElsewhere) && isOverwriting(group);
      if (nobodyWaits) {
        safe.add(group);
      } else {
        writeApart(writer, output);
      }
    }
    return safe;
  }

  /** Whether a group may run in place: it reads what it overwrites element by element only. */
  private boolean isOverwriting(Group group) {
    for (int member : group.members()) {
      boolean reads = member == group.product() || !graph.isElementwise(member);
      for (int input : graph.inputs(member)) {
        int base = graph.base(input);
        boolean aligned =
            graph.isWholeBase(input) && graph.elements(input) == graph.elements(member);
        if (isTarget[base] && (reads || !aligned)) {
          return false;
        }
      }
    }
    return true;
  }

  private void writeApart(int[] writer, int output) {
    slots.writeTemporary(writer[output]);
    writer[output] = -1;
  }

  /** Finds updates that would overwrite what a later one still reads, and lets those be copied. */
  private void orderUpdates(int[] writer) {
    Map<Integer, Integer> lastReader = new HashMap<>();
    for (int position = 0; position < updates.size(); position++) {
      for (int member : updates.get(position).members()) {
        for (int input : graph.inputs(member)) {
          lastReader.put(graph.base(input), position);
        }
      }
    }
    int[] position = new int[graph.count()];
    for (int update = 0; update < updates.size(); update++) {
      for (int node : updates.get(update).outputs()) {
        position[node] = update;
      }
    }
    for (int i = 0; i < targets.length; i++) {
      int output = results.length + i;
      if (writer[output] >= 0
          && lastReader.getOrDefault(targets[i], -1) > position[writer[output]]) {
        writeApart(writer, output);
      }
    }
  }

  private void copyOutput(int output) {
    int node = valueOf(output);
    if (output < results.length) {
      int[] strides = Operand.contiguous(graph.shape(node));
      resultCopies.add(builder.copy(node, new Operand(slots.output(output), 0, strides)));
      return;
    }
    int from;
    if (writer(node) >= 0) {
      from = slots.slot(graph.base(node));
    } else { // a source may be overwritten by another update before the copies run
      from = slots.extraTemporary(node);
      int[] strides = Operand.contiguous(graph.shape(node));
      resultCopies.add(builder.copy(node, new Operand(from, 0, strides)));
    }
    updateCopies.add(KernelBuilder.copySlot(from, slots.output(output), graph.elements(node)));
  }

  private Lowered finish(List<Kernel> provisional) {
    List<Kernel> kernels = SlotNumbering.renumber(provisional, slots);
    int[] sizes = slots.temporarySizes();
    int[] first = new int[sizes.length];
    int[] last = new int[sizes.length];
    Arrays.fill(first, -1);
    for (int kernel = 0; kernel < kernels.size(); kernel++) {
      int position = kernel;
      SlotNumbering.forEachSlot(
          kernels.get(kernel),
          slot -> {
            int temporary = slot - slots.firstTemporary();
            if (temporary >= 0) {
              first[temporary] = first[temporary] < 0 ? position : first[temporary];
              last[temporary] = position;
            }
          });
    }
    MemoryPlan plan = new MemoryPlan(sizes, first, last, kernels.size());
    Schedule schedule =
        new Schedule(
            kernels,
            Arrays.stream(slots.sources()).map(graph::elements).toArray(),
            outputSizes(),
            updatedInputs,
            plan.temporaries(),
            plan.block(),
            slots.scalars().length,
            lasting());
    return new Lowered(schedule, slots.sources(), slots.scalars());
  }

  private boolean[] lasting() {
    int[] sources = slots.sources();
    boolean[] lasting = new boolean[sources.length];
    for (int input = 0; input < lasting.length; input++) {
      lasting[input] = graph.node(sources[input]).owner() != null;
    }
    return lasting;
  }

  private int[] outputSizes() {
    int[] sizes = new int[results.length + values.length];
    for (int output = 0; output < sizes.length; output++) {
      sizes[output] = graph.elements(valueOf(output));
    }
    return sizes;
  }
}
