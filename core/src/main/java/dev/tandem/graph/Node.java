package dev.tandem.graph;

import dev.tandem.Shape;
import dev.tandem.backend.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A vertex of the graph: an operation on other nodes, and its value once somebody asked for it.
 * This class only holds; it decides nothing. A node's description never changes, its value comes
 * once.
 *
 * <p>Values of at most {@value #SMALL} elements are kept on the Java heap: a loss needs no storage
 * that must be given back, and a million of them are the garbage collector's business.
 */
public final class Node {

  /** Up to how many elements a value is kept on the heap. */
  static final int SMALL = 16;

  private static final Node[] NO_INPUTS = {};

  private final Op op;
  final int code; // of op: asked here it costs no dispatch
  private final Shape shape;
  private final @Nullable Engine engine;
  private final boolean requiresGrad;
  private Node[] inputs;

  // the value, in one of three forms; written under the engine's lock
  private float scalar;
  private volatile @Nullable Buffer buffer;
  private volatile @Nullable MemorySegment small;

  private volatile @Nullable Supplier<String> lost;
  private @Nullable Object owner;

  // scratch of whoever walks the graph, guarded by the engine's lock
  int mark;
  int number;

  private Node(Op op, Shape shape, @Nullable Engine engine, boolean requiresGrad, Node... inputs) {
    this.op = op;
    this.code = op.code();
    this.shape = shape;
    this.engine = engine;
    this.requiresGrad = requiresGrad;
    this.inputs = inputs;
  }

  /** A node that applies {@code op} to other nodes; its engine is the first that an input has. */
  public static Node of(Op op, Shape shape, Node... inputs) {
    Engine engine = null;
    boolean requiresGrad = false;
    for (Node input : inputs) {
      engine = engine == null ? input.engine : engine;
      requiresGrad |= input.requiresGrad;
    }
    return new Node(op, shape, engine, requiresGrad && op != Op.Plain.DETACH, inputs);
  }

  /** A value that is bound at every run: its changes never lead to another schedule. */
  public static Node scalar(float value, @Nullable Engine engine) {
    Node node = new Node(Op.Leaf.SCALAR, Shape.SCALAR, engine, false, NO_INPUTS);
    node.scalar = value;
    return node;
  }

  /** A value that is part of the structure of whatever uses it. */
  public static Node constant(float value, @Nullable Engine engine) {
    return new Node(new Op.Constant(value), Shape.SCALAR, engine, false, NO_INPUTS);
  }

  /** A leaf with storage. */
  public static Node source(Shape shape, Engine engine, Buffer buffer) {
    Node node = new Node(Op.Leaf.SOURCE, shape, engine, false, NO_INPUTS);
    node.buffer = buffer;
    return node;
  }

  /** The leaf of a parameter, which collects gradients if {@code requiresGrad}. */
  public static Node parameter(
      Shape shape, Engine engine, Buffer buffer, boolean requiresGrad, Object owner) {
    Node node = new Node(Op.Leaf.SOURCE, shape, engine, requiresGrad, NO_INPUTS);
    node.buffer = buffer;
    node.owner = owner;
    return node;
  }

  /** A leaf with at most {@value #SMALL} values, which are not copied. */
  public static Node source(Shape shape, Engine engine, float[] values) {
    Node node = new Node(Op.Leaf.SOURCE, shape, engine, false, NO_INPUTS);
    node.small = MemorySegment.ofArray(values);
    return node;
  }

  /** Whether a value with this many elements is kept on the heap. */
  public static boolean isSmall(int elements) {
    return elements <= SMALL;
  }

  public Op op() {
    return op;
  }

  public Shape shape() {
    return shape;
  }

  /** Where it is computed; null for the scalars and constants inside operations. */
  public @Nullable Engine engine() {
    return engine;
  }

  /** Whether a gradient can reach a parameter through this node. */
  public boolean requiresGrad() {
    return requiresGrad;
  }

  public int inputCount() {
    return inputs.length;
  }

  public Node input(int index) {
    return inputs[index];
  }

  /** The parameter whose leaf this is, if it is one. */
  public @Nullable Object owner() {
    return owner;
  }

  /** The value of a {@link Op.Leaf#SCALAR}. */
  public float scalarValue() {
    return scalar;
  }

  /** Gives a {@link Op.Leaf#SCALAR} another value, for the runs of plans that are prepared. */
  public void setScalarValue(float value) {
    scalar = value;
  }

  /** Storage of the value, if it has any. */
  public @Nullable Buffer buffer() {
    return buffer;
  }

  /** The value as a heap segment of floats, if it is known and small. */
  public @Nullable MemorySegment small() {
    return small;
  }

  /** Whether the value is known. */
  public boolean isKnown() {
    return buffer != null || small != null;
  }

  /** Whether a value can be computed from here: it is known, or it is described. */
  boolean isLeaf() {
    return isKnown() || inputs.length == 0;
  }

  /** Why neither value nor description can be used any more; null while they can. */
  public @Nullable String lost() {
    Supplier<String> why = lost;
    return why == null ? null : why.get();
  }

  /** Whether neither value nor description can be used any more. */
  public boolean isLost() {
    return lost != null;
  }

  void setValue(Buffer value) {
    buffer = value;
    releaseDetached();
  }

  void setValue(MemorySegment value) {
    small = value;
    releaseDetached();
  }

  /** No gradient passes a detached node, so nobody will ask how its value came about. */
  private void releaseDetached() {
    if (op == Op.Plain.DETACH) {
      inputs = NO_INPUTS;
    }
  }

  /**
   * Makes every later use of this node an error.
   *
   * @param why what happened and what to do instead, for the message of the exception
   */
  public void lose(Supplier<String> why) {
    lost = why;
  }

  /** Frees the value. Later uses are errors. */
  public void close(Supplier<String> why) {
    lose(why);
    Buffer held = buffer;
    if (held != null) {
      held.close();
    }
  }

  /**
   * Forgets how a known value came about, so that nothing it was computed from stays in memory. A
   * gradient can no longer be taken of it.
   */
  public void releaseHistory() {
    if (isKnown()) {
      inputs = NO_INPUTS;
    }
  }

  /** Whether the history was released. */
  public boolean historyReleased() {
    return inputs.length == 0
        && op != Op.Leaf.SOURCE
        && op != Op.Leaf.SCALAR
        && op != Op.Plain.DETACH
        && !(op instanceof Op.Constant);
  }

  /** Copies a known value to {@code target}, of exactly as many floats. */
  public void read(MemorySegment target) {
    MemorySegment values = small;
    Buffer held = buffer;
    if (values != null) {
      target.copyFrom(values);
    } else if (held != null) {
      held.backend().download(held, target);
    } else {
      throw new IllegalStateException("read: the value is not known yet");
    }
  }

  /** The value of a known node with a single element. */
  public float readScalar() {
    MemorySegment values = small;
    if (values != null) {
      return values.get(ValueLayout.JAVA_FLOAT, 0);
    }
    float[] value = new float[1];
    read(MemorySegment.ofArray(value));
    return value[0];
  }
}
