package dev.tandem.graph;

import java.util.Arrays;

/**
 * Writes the structure of an ordered graph as numbers: equal numbers mean that one schedule serves
 * both. Shapes of leaves are in it, values are not, except constants.
 */
final class StructureKey {

  private static final int ROOTS = -1;
  private static final int ASSIGNMENTS = -2;

  private int[] words = new int[256];
  private int length;

  /** Writes the key of {@code order}, its results and its assignments. */
  void write(GraphOrder order, Node[] results, int resultCount, Node[] targets, Node[] values) {
    length = 0;
    for (int i = 0; i < order.count(); i++) {
      write(order.node(i));
    }
    reserve(2 + resultCount + 2 * targets.length);
    words[length++] = ROOTS;
    for (int i = 0; i < resultCount; i++) {
      words[length++] = results[i].number;
    }
    words[length++] = ASSIGNMENTS;
    for (int i = 0; i < targets.length; i++) {
      words[length++] = targets[i].number;
      words[length++] = values[i].number;
    }
  }

  private void write(Node node) {
    int inputs = node.inputCount();
    reserve(64 + inputs);
    if (node.isKnown()) {
      words[length++] = Op.Leaf.SOURCE.code();
      writeShape(node);
      return;
    }
    Op op = node.op();
    int code = op.code();
    words[length++] = code;
    for (int i = 0; i < inputs; i++) {
      words[length++] = node.input(i).number;
    }
    if (code < 200 || code >= 400) {
      writeAttributes(node, op);
    }
  }

  private void writeAttributes(Node node, Op op) {
    switch (op) {
      case Op.Leaf it -> {
        if (it == Op.Leaf.SOURCE) {
          writeShape(node);
        }
      }
      case Op.Constant it -> words[length++] = Float.floatToRawIntBits(it.value());
      case Op.Plain it -> {
        if (it == Op.Plain.RESHAPE || it == Op.Plain.BROADCAST_TO) {
          writeShape(node);
        }
      }
      case Op.Reduce it -> words[length++] = it.axes() << 1 | (it.keepDims() ? 1 : 0);
      case Op.Permute it -> writeAll(it.axes());
      case Op.Slice it -> {
        writeAll(it.starts());
        writeAll(it.steps());
        writeShape(node);
      }
      case Op.Pad it -> {
        writeAll(it.starts());
        writeAll(it.steps());
        writeShape(node);
      }
      case Op.Concat it -> {
        words[length++] = it.axis();
        words[length++] = node.inputCount();
      }
      case Op.Unary _, Op.Binary _ -> {}
    }
  }

  private void writeShape(Node node) {
    int rank = node.shape().rank();
    words[length++] = rank;
    for (int axis = 0; axis < rank; axis++) {
      words[length++] = node.shape().dimension(axis);
    }
  }

  private void writeAll(int[] values) {
    for (int value : values) {
      words[length++] = value;
    }
  }

  private void reserve(int more) {
    if (length + more > words.length) {
      words = Arrays.copyOf(words, Math.max(2 * words.length, length + more));
    }
  }

  int hash() {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + words[i];
    }
    return hash ^ hash >>> 15;
  }

  boolean matches(int[] other) {
    return Arrays.equals(words, 0, length, other, 0, other.length);
  }

  int[] copy() {
    return Arrays.copyOf(words, length);
  }
}
