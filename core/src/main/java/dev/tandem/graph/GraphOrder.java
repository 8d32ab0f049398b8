package dev.tandem.graph;

import dev.tandem.StaleTensorException;
import java.util.Arrays;

/**
 * Lists the nodes that some roots depend on, inputs before users, each once. Known values are
 * leaves unless the walk is told to look behind them. Walks with a stack of its own, so depth is no
 * limit; time and memory are linear. Guarded by the engine's lock, like the scratch fields it uses.
 *
 * <p>There is one for each walk: short-lived arrays are cheaper than arrays that are used again,
 * since the garbage collector has to be told of every node that is stored in an old one.
 */
public final class GraphOrder {

  private static final int FIRST_DEPTH = 32;

  private final int epoch;
  private Node[] nodes;
  private int count;

  private Node[] stack;
  private int[] nextInput;

  /**
   * A walk that has found nothing yet.
   *
   * @param epoch a number that no other walk of the engine has, and not 0
   * @param expected about how many nodes it will find, at least 1
   */
  GraphOrder(int epoch, int expected) {
    this.epoch = epoch;
    nodes = new Node[expected];
    int depth = Math.min(expected, FIRST_DEPTH);
    stack = new Node[depth];
    nextInput = new int[depth];
  }

  /** How many nodes were found. */
  public int count() {
    return count;
  }

  /** The node numbered {@code index}; its inputs have lower numbers. */
  public Node node(int index) {
    return nodes[index];
  }

  /** The number of a node that was found. */
  public int number(Node node) {
    return node.number;
  }

  /** The number of a node, or -1 if it was not found. */
  public int numberOrNone(Node node) {
    return node.mark == epoch ? node.number : -1;
  }

  /**
   * Adds what {@code root} needs to be computed; known values are leaves.
   *
   * @throws StaleTensorException if something it needs is closed or has changed
   */
  void addComputation(Node root) {
    add(root, true);
  }

  /** Adds all that {@code root} was described from, known or not. */
  void addHistory(Node root) {
    add(root, false);
  }

  private void add(Node root, boolean stopAtKnown) {
    if (root.mark == epoch) {
      return;
    }
    int depth = 0;
    push(0, root, stopAtKnown);
    while (depth >= 0) {
      Node node = stack[depth];
      int next = nextInput[depth];
      if (next < 0 || next == node.inputCount()) {
        depth--;
        node.number = count;
        if (count == nodes.length) {
          nodes = Arrays.copyOf(nodes, 2 * count);
        }
        nodes[count++] = node;
        continue;
      }
      nextInput[depth] = next + 1;
      Node input = node.input(next);
      if (input.mark != epoch) {
        push(++depth, input, stopAtKnown);
      }
    }
  }

  private void push(int depth, Node node, boolean stopAtKnown) {
    if (stopAtKnown && node.isLost()) {
      throw new StaleTensorException(String.valueOf(node.lost()));
    }
    if (depth == stack.length) {
      stack = Arrays.copyOf(stack, 2 * depth);
      nextInput = Arrays.copyOf(nextInput, 2 * depth);
    }
    node.mark = epoch;
    stack[depth] = node;
    nextInput[depth] = stopAtKnown && node.isLeaf() ? -1 : 0;
  }
}
