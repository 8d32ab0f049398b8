package dev.tandem.graph;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;

/**
 * What a {@link Node} stands for. Operations are data: their shape rules are in {@code Tensor} and
 * its sibling types, their derivatives in {@code Gradients}, their translation in {@link Lowering}.
 * All switch over this type without a default, so a new operation does not compile until each of
 * them knows it.
 */
public sealed interface Op {

  /**
   * A number that tells operations apart when structures are compared: equal for equal operations
   * without attributes. Attributes are compared apart, see {@link StructureKey}.
   */
  int code();

  /**
   * A value that exists, or will when the graph is run: data, a parameter, or a run-time scalar.
   */
  enum Leaf implements Op {
    /** A tensor with storage. */
    SOURCE,
    /** A single value that is bound at every run and so never leads to another schedule. */
    SCALAR;

    @Override
    public int code() {
      return 1 + ordinal();
    }
  }

  /** A single value that is part of the structure. */
  record Constant(float value) implements Op {
    @Override
    public int code() {
      return 3;
    }
  }

  /** An elementwise function of one input of the same shape. */
  record Unary(UnaryOp op) implements Op {
    private static final Unary[] ALL = new Unary[UnaryOp.values().length];

    static {
      for (UnaryOp op : UnaryOp.values()) {
        ALL[op.ordinal()] = new Unary(op);
      }
    }

    /** The one instance for a function. */
    public static Unary of(UnaryOp op) {
      return ALL[op.ordinal()];
    }

    @Override
    public int code() {
      return 200 + op.ordinal();
    }
  }

  /** An elementwise function of two inputs, broadcast to the shape of the node. */
  record Binary(BinaryOp op) implements Op {
    private static final Binary[] ALL = new Binary[BinaryOp.values().length];

    static {
      for (BinaryOp op : BinaryOp.values()) {
        ALL[op.ordinal()] = new Binary(op);
      }
    }

    /** The one instance for a function. */
    public static Binary of(BinaryOp op) {
      return ALL[op.ordinal()];
    }

    @Override
    public int code() {
      return 300 + op.ordinal();
    }
  }

  /** The operations without attributes of their own; what they need is in the shapes. */
  enum Plain implements Op {
    /** Second input where the first is not 0, third elsewhere; all broadcast. */
    WHERE,
    /** {@code [batch..., m, k] x [batch..., k, n]}, the batch axes broadcast. */
    MATMUL,
    /** The same elements in row-major order under another shape. */
    RESHAPE,
    /** The input repeated along axes of size 1 and new leading axes. */
    BROADCAST_TO,
    /** The input itself, but no gradient passes. */
    DETACH;

    @Override
    public int code() {
      return 10 + ordinal();
    }
  }

  /**
   * A fold over some axes.
   *
   * @param axes bit i is set where axis i of the input is folded
   * @param keepDims whether the folded axes stay, with size 1
   */
  record Reduce(ReduceOp op, int axes, boolean keepDims) implements Op {

    /** Whether axis {@code axis} of the input is folded. */
    public boolean folds(int axis) {
      return (axes >> axis & 1) != 0;
    }

    @Override
    public int code() {
      return 400 + op.ordinal();
    }
  }

  /** Axis i of the node is axis {@code axes[i]} of the input. */
  record Permute(int[] axes) implements Op {
    @Override
    public int code() {
      return 100;
    }
  }

  /**
   * Every {@code steps[i]}-th element from {@code starts[i]} on; how many, the node's shape says.
   */
  record Slice(int[] starts, int[] steps) implements Op {
    @Override
    public int code() {
      return 101;
    }
  }

  /** Zeros, with the input spread over them: the reverse of {@link Slice}. */
  record Pad(int[] starts, int[] steps) implements Op {
    @Override
    public int code() {
      return 102;
    }
  }

  /** All inputs, one after the other along an axis. */
  record Concat(int axis) implements Op {
    @Override
    public int code() {
      return 103;
    }
  }
}
