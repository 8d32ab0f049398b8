package dev.tandem.graph;

import java.util.Arrays;

/**
 * Writes the structure of an ordered graph as numbers: equal numbers mean that one schedule serves
 * both. Shapes of leaves are in it, values are not, except constants.
 */
final class StructureKey {

  private static final int ROOTS = -1;
  private static final int ASSIGNMENTS = -2;
  private static final int PARAMETER = -3;

  /** More words than a node has besides its inputs. */
  private static final int ATTRIBUTES = 64;

  private int[] words = new int[256];
  private int length;

  /** Writes the key of {@code order}, its results and its assignments. */
  void write(GraphOrder order, Node[] results, int resultCount, Node[] targets, Node[] values) {
    int at = 0;
    for (int i = 0; i < order.count(); i++) {
      Node node = order.node(i);
      reserve(at, ATTRIBUTES + node.inputCount());
      at = write(node, words, at);
    }
    reserve(at, 2 + resultCount + 2 * targets.length);
    words[at++] = ROOTS;
    for (int i = 0; i < resultCount; i++) {
      words[at++] = results[i].number;
    }
    words[at++] = ASSIGNMENTS;
    for (int i = 0; i < targets.length; i++) {
      words[at++] = targets[i].number;
      words[at++] = values[i].number;
    }
    length = at;
  }

  private void reserve(int at, int more) {
    if (at + more > words.length) {
      words = Arrays.copyOf(words, Math.max(2 * words.length, at + more));
    }
  }

  /** Writes a node and returns where the next one goes. */
  private static int write(Node node, int[] words, int at) {
    if (node.isKnown()) {
      words[at] = node.owner() == null ? Op.Leaf.SOURCE.code() : PARAMETER;
      return node.shape().write(words, at + 1);
    }
    int code = node.code;
    words[at++] = code;
    int inputs = node.inputCount();
    for (int i = 0; i < inputs; i++) {
      words[at++] = node.input(i).number;
    }
    return code >= 200 && code < 400 ? at : writeAttributes(node, words, at);
  }

  private static int writeAttributes(Node node, int[] words, int at) {
    switch (node.op()) {
      case Op.Leaf it -> {
        return it == Op.Leaf.SOURCE ? node.shape().write(words, at) : at;
      }
      case Op.Constant it -> words[at++] = Float.floatToRawIntBits(it.value());
      case Op.Plain it -> {
        boolean isOfAnyShape = it == Op.Plain.RESHAPE || it == Op.Plain.BROADCAST_TO;
        return isOfAnyShape ? node.shape().write(words, at) : at;
      }
      case Op.Reduce it -> words[at++] = it.axes() << 1 | (it.keepDims() ? 1 : 0);
      case Op.Permute it -> at = writeAll(it.axes(), words, at);
      case Op.Slice it -> {
        at = writeAll(it.steps(), words, writeAll(it.starts(), words, at));
        return node.shape().write(words, at);
      }
      case Op.Pad it -> {
        at = writeAll(it.steps(), words, writeAll(it.starts(), words, at));
        return node.shape().write(words, at);
      }
      case Op.Concat it -> {
        words[at++] = it.axis();
        words[at++] = node.inputCount();
      }
      case Op.Unary _, Op.Binary _ -> {}
    }
    return at;
  }

  private static int writeAll(int[] values, int[] words, int at) {
    for (int value : values) {
      words[at++] = value;
    }
    return at;
  }

  int hash() {
    // two sums: one chain of multiplications would be waited for
    int even = length;
    int odd = 0;
    for (int i = 1; i < length; i += 2) {
      even = even * 31 + words[i - 1];
      odd = odd * 31 + words[i];
    }
    int hash = even * 17 + odd + (length % 2 == 0 ? 0 : words[length - 1]);
    return hash ^ hash >>> 15;
  }

  boolean matches(int[] other) {
    return Arrays.equals(words, 0, length, other, 0, other.length);
  }

  int[] copy() {
    return Arrays.copyOf(words, length);
  }
}
