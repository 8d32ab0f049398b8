package dev.tandem.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A kernel in the making: nodes that will be computed together, over one iteration space. The root
 * is the node whose value everything else in the group leads to.
 */
final class Group {

  /** What the group will become. */
  enum Kind {
    /** Elementwise nodes, or a single copy. */
    ELEMENTWISE,
    /** A fold and the elementwise nodes that only it reads. */
    REDUCTION,
    /** A product and the elementwise nodes that are applied to it. */
    MATMUL,
    /** A padding or a concatenation: several copies into one result. */
    ASSEMBLY
  }

  private final int root;
  private final List<Integer> members = new ArrayList<>();
  private final List<Integer> outputs = new ArrayList<>();
  private Kind kind;
  private int[] shape;
  private int product = -1;
  private final Set<Integer> reads = new HashSet<>();

  Group(int root, Kind kind, int[] shape) {
    this.root = root;
    this.kind = kind;
    this.shape = shape;
    members.add(root);
    outputs.add(root);
  }

  int root() {
    return root;
  }

  Kind kind() {
    return kind;
  }

  /** The iteration space. */
  int[] shape() {
    return shape;
  }

  /** Nodes computed inside, the root first, users before inputs. */
  List<Integer> members() {
    return members;
  }

  /** Nodes whose values leave the group: the root and perhaps more. */
  List<Integer> outputs() {
    return outputs;
  }

  /** The matmul whose product the group starts from, or -1. */
  int product() {
    return product;
  }

  /** Nodes outside whose values are loaded for each element. */
  Set<Integer> reads() {
    return reads;
  }

  void join(int node, boolean alsoOutput) {
    members.add(node);
    if (alsoOutput) {
      outputs.add(node);
    }
  }

  /** Turns an elementwise group into the epilogue of a matmul. */
  void joinProduct(int matmul, int[] productShape) {
    product = matmul;
    kind = Kind.MATMUL;
    shape = productShape;
    members.add(matmul);
  }

  /** Marks a group that consists of a matmul alone. */
  void becomeProduct() {
    product = root;
  }
}
