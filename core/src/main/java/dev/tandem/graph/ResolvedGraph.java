package dev.tandem.graph;

import dev.tandem.schedule.Operand;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The first half of lowering: an ordered graph in which equal nodes are one and movements (permute,
 * slice, broadcast, most reshapes) have become windows on the node that holds the elements. Nodes
 * are numbered as in the order; inputs have lower numbers than their users.
 */
final class ResolvedGraph {

  private final Node[] nodes;
  private final int[] same; // the first node that equals this one
  private final int[][] inputs; // of the first equal node, already resolved to first equal nodes
  private final int[][] shapes;
  private final int[] base; // which node holds the elements
  private final int[] offset; // the window on the base's elements, over this node's shape
  private final int[][] strides;

  ResolvedGraph(GraphOrder order) {
    int count = order.count();
    nodes = new Node[count];
    same = new int[count];
    inputs = new int[count][];
    shapes = new int[count][];
    base = new int[count];
    offset = new int[count];
    strides = new int[count][];
    Map<Signature, Integer> firsts = new HashMap<>();
    for (int i = 0; i < count; i++) {
      nodes[i] = order.node(i);
      shapes[i] = nodes[i].shape().toArray();
      inputs[i] = resolvedInputs(order, i);
      Integer first = isUnique(i) ? null : firsts.putIfAbsent(signature(i), i);
      same[i] = first == null ? i : first;
      if (same[i] == i) {
        resolveWindow(i);
      }
    }
  }

  private int[] resolvedInputs(GraphOrder order, int i) {
    if (isSource(i)) {
      return new int[0];
    }
    int[] result = new int[nodes[i].inputCount()];
    for (int input = 0; input < result.length; input++) {
      result[input] = same[order.number(nodes[i].input(input))];
    }
    return result;
  }

  /** Leaves with a value bound at run time equal only themselves. */
  private boolean isUnique(int i) {
    return isSource(i) || nodes[i].op() == Op.Leaf.SCALAR;
  }

  private record Signature(int code, int[] attributes, int[] inputs, int[] shape) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Signature that
          && code == that.code
          && Arrays.equals(inputs, that.inputs)
          && Arrays.equals(attributes, that.attributes)
          && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
      return (code * 31 + Arrays.hashCode(inputs)) * 31 + Arrays.hashCode(attributes);
    }
  }

  private Signature signature(int i) {
    int[] attributes =
        switch (nodes[i].op()) {
          case Op.Leaf _, Op.Plain _, Op.Unary _, Op.Binary _ -> new int[0];
          case Op.Constant it -> new int[] {Float.floatToRawIntBits(it.value())};
          case Op.Reduce it -> new int[] {it.axes()};
          case Op.Permute it -> it.axes();
          case Op.Slice it -> joined(it.starts(), it.steps());
          case Op.Pad it -> joined(it.starts(), it.steps());
          case Op.Concat it -> new int[] {it.axis()};
        };
    return new Signature(nodes[i].op().code(), attributes, inputs[i], shapes[i]);
  }

  private static int[] joined(int[] a, int[] b) {
    int[] result = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, result, a.length, b.length);
    return result;
  }

  private void resolveWindow(int i) {
    holdsItself(i);
    if (isSource(i)) {
      return;
    }
    switch (nodes[i].op()) {
      case Op.Plain plain -> {
        switch (plain) {
          case DETACH -> window(i, offset[inputs[i][0]], strides[inputs[i][0]]);
          case BROADCAST_TO -> {
            int x = inputs[i][0];
            window(i, offset[x], IterationSpace.broadcast(shapes[x], strides[x], shapes[i]));
          }
          case RESHAPE -> {
            int x = inputs[i][0];
            int[] reshaped =
                elements(i) == 0
                    ? strides[i]
                    : IterationSpace.reshape(shapes[x], strides[x], shapes[i]);
            if (reshaped != null) {
              window(i, offset[x], reshaped);
            }
          }
          case MATMUL -> {
            holdsIfUniform(inputs[i][0]);
            holdsIfUniform(inputs[i][1]);
          }
          case WHERE -> {}
        }
      }
      case Op.Permute permute -> {
        int x = inputs[i][0];
        int[] permuted = new int[shapes[i].length];
        for (int axis = 0; axis < permuted.length; axis++) {
          permuted[axis] = strides[x][permute.axes()[axis]];
        }
        window(i, offset[x], permuted);
      }
      case Op.Slice slice -> {
        int x = inputs[i][0];
        int start = offset[x];
        int[] stepped = new int[shapes[i].length];
        for (int axis = 0; axis < stepped.length; axis++) {
          start += slice.starts()[axis] * strides[x][axis];
          stepped[axis] = strides[x][axis] * slice.steps()[axis];
        }
        window(i, elements(i) == 0 ? 0 : start, stepped);
      }
      case Op.Pad _,
          Op.Concat _,
          Op.Reduce _,
          Op.Leaf _,
          Op.Constant _,
          Op.Unary _,
          Op.Binary _ -> {}
    }
  }

  private void window(int i, int newOffset, int[] newStrides) {
    base[i] = base[inputs[i][0]];
    offset[i] = newOffset;
    strides[i] = newStrides;
  }

  private void holdsItself(int i) {
    base[i] = i;
    offset[i] = 0;
    strides[i] = Operand.contiguous(shapes[i]);
  }

  /** A matmul reads memory: a repeated scalar must be written out for it. */
  private void holdsIfUniform(int x) {
    if (isUniform(base[x])) {
      holdsItself(x);
    }
  }

  int count() {
    return nodes.length;
  }

  Node node(int i) {
    return nodes[i];
  }

  /** The first node equal to {@code i}: only such numbers are used everywhere else. */
  int same(int i) {
    return same[i];
  }

  int[] inputs(int i) {
    return inputs[i];
  }

  int[] shape(int i) {
    return shapes[i];
  }

  int elements(int i) {
    return nodes[i].shape().elements();
  }

  /** The node whose elements {@code i} consists of; {@code i} itself if it computes something. */
  int base(int i) {
    return base[i];
  }

  int offset(int i) {
    return offset[i];
  }

  int[] strides(int i) {
    return strides[i];
  }

  /** Whether the elements of {@code i} are those of its base in the same order. */
  boolean isWholeBase(int i) {
    return elements(i) == elements(base[i])
        && offset[i] == 0
        && Operand.isContiguous(shapes[i], strides[i]);
  }

  /** Whether the value is bound when the schedule is run. */
  boolean isSource(int i) {
    return nodes[i].isLeaf() && !isUniformOp(nodes[i].op());
  }

  /** Whether it is a single value that lives in a register, never in memory. */
  boolean isUniform(int i) {
    return !nodes[i].isKnown() && isUniformOp(nodes[i].op());
  }

  private static boolean isUniformOp(Op op) {
    return op == Op.Leaf.SCALAR || op instanceof Op.Constant;
  }

  /** Whether each element is a function of the same element of the inputs. */
  boolean isElementwise(int i) {
    if (isSource(i)) {
      return false;
    }
    return switch (nodes[i].op()) {
      case Op.Unary _, Op.Binary _ -> true;
      case Op.Plain plain -> plain == Op.Plain.WHERE;
      case Op.Leaf _, Op.Constant _, Op.Reduce _, Op.Permute _, Op.Slice _, Op.Pad _, Op.Concat _ ->
          false;
    };
  }

  boolean isReduction(int i) {
    return !isSource(i) && nodes[i].op() instanceof Op.Reduce;
  }

  boolean isMatmul(int i) {
    return !isSource(i) && nodes[i].op() == Op.Plain.MATMUL;
  }
}
