package dev.tandem.graph;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns groups of nodes into kernels with simplified iteration spaces. */
final class KernelBuilder {

  private final ResolvedGraph graph;
  private final Slots slots;

  KernelBuilder(ResolvedGraph graph, Slots slots) {
    this.graph = graph;
    this.slots = slots;
  }

  /** The kernels of a group, in order; their slots are provisional. */
  List<Kernel> build(Group group) {
    return switch (group.kind()) {
      case ELEMENTWISE -> List.of(elementwise(group));
      case REDUCTION -> List.of(reduction(group));
      case MATMUL -> List.of(matmul(group));
      case ASSEMBLY -> assembly(group.root());
    };
  }

  private Kernel elementwise(Group group) {
    int root = group.root();
    if (!graph.isElementwise(root)) { // a movement that must be written out
      int source = graph.inputs(root)[0];
      boolean isFill = graph.isUniform(graph.base(source));
      int[] shape = graph.shape(isFill ? root : source);
      return copy(source, shape, whole(root, shape));
    }
    BodyBuilder body =
        new BodyBuilder(graph, slots, group.shape(), group.members(), group.product());
    List<Integer> results = group.outputs().stream().map(body::computed).toList();
    List<Operand> outputs =
        group.outputs().stream().map(output -> whole(output, group.shape())).toList();
    return elementwise(group.shape(), body, results, outputs);
  }

  /** The kernel that writes the window {@code node} to a target over the node's shape. */
  Kernel copy(int node, Operand target) {
    return copy(node, graph.shape(node), target);
  }

  private Kernel copy(int node, int[] shape, Operand target) {
    BodyBuilder body = new BodyBuilder(graph, slots, shape, List.of(), -1);
    int register = body.read(node, shape);
    return elementwise(shape, body, List.of(register), List.of(target));
  }

  /** The kernel that copies a whole slot to another. */
  static Kernel copySlot(int from, int to, int elements) {
    int[] stride = elements == 1 ? new int[0] : new int[] {1};
    int[] shape = elements == 1 ? new int[0] : new int[] {elements};
    return new Kernel.Elementwise(
        shape, Body.copyOf(new Operand(from, 0, stride)), List.of(new Operand(to, 0, stride)));
  }

  private static Kernel elementwise(
      int[] shape, BodyBuilder body, List<Integer> results, List<Operand> outputs) {
    List<int[]> windows = new ArrayList<>();
    body.operands().forEach(operand -> windows.add(operand.strides()));
    outputs.forEach(operand -> windows.add(operand.strides()));
    int[][] axes = IterationSpace.mergedAxes(shape, new int[shape.length], windows);
    return new Kernel.Elementwise(
        IterationSpace.mergedShape(shape, axes),
        body.build(results, merged(body.operands(), axes)),
        merged(outputs, axes));
  }

  private Kernel reduction(Group group) {
    int root = group.root();
    int input = graph.inputs(root)[0];
    int[] shape = group.shape();
    Op.Reduce reduce = (Op.Reduce) graph.node(root).op();
    BodyBuilder body = new BodyBuilder(graph, slots, shape, group.members(), -1);
    int result = body.read(input, shape);
    boolean[] reduced = new boolean[shape.length];
    int[] groups = new int[shape.length];
    int[] outputStrides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      reduced[axis] = reduce.folds(axis);
      groups[axis] = reduced[axis] ? 1 : 0;
      outputStrides[axis] = reduced[axis] ? 0 : stride;
      stride *= reduced[axis] ? 1 : shape[axis];
    }
    List<int[]> windows = new ArrayList<>();
    body.operands().forEach(operand -> windows.add(operand.strides()));
    windows.add(outputStrides);
    int[][] axes = IterationSpace.mergedAxes(shape, groups, windows);
    boolean[] mergedReduced = new boolean[axes.length];
    for (int i = 0; i < axes.length; i++) {
      mergedReduced[i] = reduced[axes[i][1]];
    }
    return new Kernel.Reduction(
        IterationSpace.mergedShape(shape, axes),
        mergedReduced,
        reduce.op(),
        body.build(List.of(result), merged(body.operands(), axes)),
        new Operand(slots.slot(root), 0, IterationSpace.mergedStrides(outputStrides, axes)));
  }

  private Kernel matmul(Group group) {
    int product = group.product();
    int[] shape = graph.shape(product);
    int batchRank = shape.length - 2;
    int left = graph.inputs(product)[0];
    int right = graph.inputs(product)[1];
    int m = shape[batchRank];
    int n = shape[batchRank + 1];
    int k = graph.shape(left)[graph.shape(left).length - 1];
    int[] batch = Arrays.copyOf(shape, batchRank);
    Operand leftOperand = matrix(left, batch, m, k);
    Operand rightOperand = matrix(right, batch, k, n);
    BodyBuilder body = new BodyBuilder(graph, slots, shape, group.members(), product);
    int result = body.computed(group.root());
    Operand output = whole(group.root(), shape);

    List<int[]> windows = new ArrayList<>();
    body.operands().forEach(operand -> windows.add(operand.strides()));
    windows.add(leftOperand.strides());
    windows.add(rightOperand.strides());
    windows.add(output.strides());
    int[][] axes = IterationSpace.mergedAxes(batch, new int[batchRank], windows);
    return new Kernel.Matmul(
        IterationSpace.mergedShape(batch, axes),
        m,
        n,
        k,
        mergedBatch(leftOperand, axes, batchRank),
        mergedBatch(rightOperand, axes, batchRank),
        body.build(
            List.of(result),
            body.operands().stream().map(it -> mergedBatch(it, axes, batchRank)).toList()),
        mergedBatch(output, axes, batchRank));
  }

  private Operand matrix(int node, int[] batch, int rows, int columns) {
    int[] full = Arrays.copyOf(batch, batch.length + 2);
    full[batch.length] = rows;
    full[batch.length + 1] = columns;
    int base = graph.base(node);
    return new Operand(
        slots.slot(base),
        graph.offset(node),
        IterationSpace.broadcast(graph.shape(node), graph.strides(node), full));
  }

  private List<Kernel> assembly(int root) {
    List<Kernel> kernels = new ArrayList<>();
    int[] strides = Operand.contiguous(graph.shape(root));
    switch (graph.node(root).op()) {
      case Op.Pad pad -> {
        int input = graph.inputs(root)[0];
        kernels.add(fillWithZeros(root));
        if (graph.elements(input) > 0) {
          int offset = 0;
          int[] stepped = new int[strides.length];
          for (int axis = 0; axis < strides.length; axis++) {
            offset += pad.starts()[axis] * strides[axis];
            stepped[axis] = pad.steps()[axis] * strides[axis];
          }
          kernels.add(copy(input, new Operand(slots.slot(root), offset, stepped)));
        }
      }
      case Op.Concat concat -> {
        int offset = 0;
        for (int input : graph.inputs(root)) {
          if (graph.elements(input) > 0) {
            kernels.add(copy(input, new Operand(slots.slot(root), offset, strides)));
          }
          offset += graph.shape(input)[concat.axis()] * strides[concat.axis()];
        }
      }
      case Op.Leaf _, Op.Constant _, Op.Unary _, Op.Binary _, Op.Plain _, Op.Reduce _ ->
          throw new AssertionError("not assembled: " + graph.node(root).op());
      case Op.Permute _, Op.Slice _ ->
          throw new AssertionError("not assembled: " + graph.node(root).op());
    }
    return kernels;
  }

  private Kernel fillWithZeros(int root) {
    int elements = graph.elements(root);
    int[] shape = elements == 1 ? new int[0] : new int[] {elements};
    int[] strides = elements == 1 ? new int[0] : new int[] {1};
    return new Kernel.Elementwise(
        shape, Body.constant(0), List.of(new Operand(slots.slot(root), 0, strides)));
  }

  /** The window on all elements of a node that holds them, over a shape with as many elements. */
  private Operand whole(int node, int[] shape) {
    return new Operand(slots.slot(node), 0, Operand.contiguous(shape));
  }

  private static List<Operand> merged(List<Operand> operands, int[][] axes) {
    return operands.stream()
        .map(it ->
            new Operand(it.slot(), it.offset(), IterationSpace.mergedStrides(it.strides(), axes)))
        .toList();
  }

  /** Merges the batch axes and keeps the two matrix axes. */
  private static Operand mergedBatch(Operand operand, int[][] axes, int batchRank) {
    int[] strides =
        Arrays.copyOf(IterationSpace.mergedStrides(operand.strides(), axes), axes.length + 2);
    strides[axes.length] = operand.stride(batchRank);
    strides[axes.length + 1] = operand.stride(batchRank + 1);
    return new Operand(operand.slot(), operand.offset(), strides);
  }
}
