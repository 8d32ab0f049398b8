package dev.tandem.graph;

import dev.tandem.schedule.BinaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes are computed together. Users are visited before their inputs, and an
 * elementwise node joins the group of its reader when it has only one, so that its value never
 * reaches memory; a matmul takes the elementwise nodes behind it as its epilogue. Because a node
 * only ever joins a group that holds all of its readers, groups cannot depend on each other in a
 * circle. Time is linear in the graph.
 */
final class Fusion {

  // a generated loop of more than about 24 operations is slower than two loops (measured); the
  // strip engine does not care
  private static final int MAX_MEMBERS = 24;
  private static final int MAX_READS = 12;

  private final ResolvedGraph graph;
  private final boolean[] live;
  private final boolean[] isOutput;
  // readers of each base: those that could take it in, and whether there are others
  private final int[] readerCount;
  private final int[][] readers;
  private final boolean[] readFromMemory;
  private final @Nullable Group[] groupOf;
  private final @Nullable Group[] secondGroupOf;
  private final List<Group> groups = new ArrayList<>();

  /**
   * @param outputs nodes whose values are asked for and written by the group that computes them
   * @param copied nodes that are read again after everything else
   */
  Fusion(ResolvedGraph graph, List<Integer> outputs, List<Integer> copied) {
    this.graph = graph;
    int count = graph.count();
    live = new boolean[count];
    isOutput = new boolean[count];
    readerCount = new int[count];
    readers = new int[count][];
    readFromMemory = new boolean[count];
    groupOf = new Group[count];
    secondGroupOf = new Group[count];
    for (int output : outputs) {
      isOutput[output] = true;
      live[output] = true;
    }
    for (int copy : copied) {
      live[graph.base(copy)] = true;
      readFromMemory[graph.base(copy)] = true;
    }
    findReaders();
    for (int i = count - 1; i >= 0; i--) {
      if (live[i] && !graph.isSource(i) && !graph.isUniform(i) && graph.elements(i) > 0) {
        assign(i);
      }
    }
  }

  /** The groups, in an order in which each comes after those whose results it reads. */
  List<Group> groups() {
    return groups.reversed();
  }

  /** Whether a node is read by a kernel other than the one that computes it. */
  boolean isReadElsewhere(int node) {
    if (readFromMemory[node]) {
      return true;
    }
    for (int r = 0; r < readerCount[node]; r++) {
      int user = readers[node][r];
      if (groupOf[user] != groupOf[node] || secondGroupOf[user] != null) {
        return true;
      }
    }
    return false;
  }

  private void findReaders() {
    for (int i = graph.count() - 1; i >= 0; i--) {
      if (!live[i] || graph.isSource(i)) {
        continue;
      }
      for (int input : graph.inputs(i)) {
        int base = graph.base(input);
        live[base] = true;
        if (couldTakeIn(i, input)) {
          addReader(base, i);
        } else {
          readFromMemory[base] = true;
        }
      }
    }
  }

  /**
   * Whether a group that holds {@code user} visits the base of {@code input} element by element.
   */
  private boolean couldTakeIn(int user, int input) {
    return graph.isWholeBase(input)
        && (graph.isReduction(user)
            || graph.isElementwise(user) && graph.elements(user) == graph.elements(input));
  }

  private void addReader(int base, int reader) {
    int[] known = readers[base] == null ? new int[2] : readers[base];
    int count = readerCount[base];
    if (count == known.length) {
      known = Arrays.copyOf(known, 2 * count);
    }
    known[count] = reader;
    readers[base] = known;
    readerCount[base] = count + 1;
  }

  private void assign(int i) {
    Group reader = null;
    Group second = null;
    boolean more = readFromMemory[i];
    for (int r = 0; r < readerCount[i]; r++) {
      int user = readers[i][r];
      for (Group group : new Group[] {groupOf[user], secondGroupOf[user]}) {
        if (group == null || group == reader || group == second) {
          continue;
        }
        if (reader == null) {
          reader = group;
        } else if (second == null) {
          second = group;
        } else {
          more = true;
        }
      }
    }
    if (reader != null && !more && second == null && joins(i, reader)) {
      groupOf[i] = reader;
    } else if (reader != null
        && second != null
        && !more
        && isWorthRepeating(i)
        && takes(reader, i)
        && takes(second, i)) {
      reader.join(i, false);
      second.join(i, false);
      addReads(reader, i);
      addReads(second, i);
      groupOf[i] = reader;
      secondGroupOf[i] = second;
    } else {
      groupOf[i] = newGroup(i);
    }
  }

  private boolean joins(int i, Group group) {
    if (graph.isMatmul(i)) {
      boolean fits =
          group.kind() == Group.Kind.ELEMENTWISE
              && group.outputs().size() == 1
              && !isOutput[i]
              && fitsShape(group, graph.shape(i));
      if (fits) {
        group.joinProduct(i, graph.shape(i));
      }
      return fits;
    }
    if (!takes(group, i) || isOutput[i] && group.kind() != Group.Kind.ELEMENTWISE) {
      return false;
    }
    group.join(i, isOutput[i]);
    addReads(group, i);
    return true;
  }

  /** Whether an elementwise node can be computed inside a group. */
  private boolean takes(Group group, int i) {
    if (!graph.isElementwise(i)
        || group.kind() == Group.Kind.ASSEMBLY
        || group.members().size() >= MAX_MEMBERS
        || group.reads().size() + graph.inputs(i).length > MAX_READS + 1) {
      return false;
    }
    return inputsFit(i, group.shape());
  }

  /** Whether everything that the members of a group read can be walked over another shape. */
  private boolean fitsShape(Group group, int[] shape) {
    for (int member : group.members()) {
      if (!inputsFit(member, shape)) {
        return false;
      }
    }
    return true;
  }

  private boolean inputsFit(int user, int[] shape) {
    int[] own = graph.shape(user);
    if (Arrays.equals(own, shape)) {
      return true;
    }
    for (int input : graph.inputs(user)) {
      int[] strides = IterationSpace.broadcast(graph.shape(input), graph.strides(input), own);
      if (IterationSpace.reshape(own, strides, shape) == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether computing a node twice costs less than writing and reading it: a cheap function of
   * values that are in memory anyway.
   */
  private boolean isWorthRepeating(int i) {
    if (isOutput[i] || !isCheap(graph.node(i).op())) {
      return false;
    }
    for (int input : graph.inputs(i)) {
      int base = graph.base(input);
      boolean inMemory =
          graph.isSource(base) || graph.isUniform(base) || readFromMemory[base] || isOutput[base];
      if (!inMemory) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCheap(Op op) {
    return switch (op) {
      case Op.Unary unary ->
          switch (unary.op()) {
            case NEG, ABS, SQUARE, RELU, SIGN, FLOOR -> true;
            case EXP, LOG, SQRT, RECIPROCAL, TANH, SIGMOID, GELU, SOFTPLUS, ERF, SIN, COS -> false;
          };
      case Op.Binary binary -> binary.op() != BinaryOp.POW && binary.op() != BinaryOp.DIV;
      case Op.Leaf _, Op.Constant _, Op.Plain _, Op.Reduce _ -> false;
      case Op.Permute _, Op.Slice _, Op.Pad _, Op.Concat _ -> false;
    };
  }

  private Group newGroup(int i) {
    Group group;
    if (graph.isMatmul(i)) {
      group = new Group(i, Group.Kind.MATMUL, graph.shape(i));
      group.becomeProduct();
    } else if (graph.isReduction(i)) {
      group = new Group(i, Group.Kind.REDUCTION, graph.shape(graph.inputs(i)[0]));
    } else {
      Op op = graph.node(i).op();
      boolean assembled = op instanceof Op.Pad || op instanceof Op.Concat;
      Group.Kind kind = assembled ? Group.Kind.ASSEMBLY : Group.Kind.ELEMENTWISE;
      group = new Group(i, kind, graph.shape(i));
    }
    addReads(group, i);
    groups.add(group);
    return group;
  }

  /** Notes what a new member reads; its own value is no longer read from outside. */
  private void addReads(Group group, int i) {
    group.reads().removeIf(read -> graph.base(read) == i);
    for (int input : graph.inputs(i)) {
      if (!graph.isUniform(graph.base(input))) {
        group.reads().add(input);
      }
    }
  }
}
