package dev.tandem;

import dev.tandem.backend.Backend;
import dev.tandem.graph.Engine;
import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.UnaryOp;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array of float32 values with up to eight axes, or rather its description: a shape and the
 * operation that would produce it. Nothing is computed until somebody needs numbers ({@link
 * #toArray}, {@link #item}, {@link #evaluate}, an optimizer's step); then everything that is
 * pending is computed in one run. Shapes and backends are checked when an operation is written.
 *
 * <p>Tensors are immutable; only a {@link Parameter} changes. They may be shared between threads.
 * Storage of a tensor is freed when it is unreachable, or at once by {@link #close}.
 *
 * <p>The operations are grouped in three further rooms: elementwise ones, reductions, and
 * movements.
 */
public sealed class Tensor
    implements TensorElementwise, TensorReductions, TensorMovement, AutoCloseable
    permits Parameter {

  private final @Nullable Node node; // null in a Parameter, whose node changes

  Tensor(@Nullable Node node) {
    this.node = node;
  }

  /** The vertex of the graph that stands for this tensor now. */
  Node node() {
    if (node == null) {
      throw new AssertionError("a tensor without a node");
    }
    return node;
  }

  // ---- where tensors come from

  /** A tensor of rank 1 with a copy of these values. */
  public static Tensor of(float[] values) {
    return Creation.of(values, Shape.of(values.length));
  }

  /**
   * A tensor with a copy of these values in row-major order.
   *
   * @throws IllegalArgumentException if there are not exactly as many values as the shape has
   */
  public static Tensor of(float[] values, int... shape) {
    return Creation.of(values, Shape.of(shape));
  }

  /**
   * A matrix with a copy of these rows.
   *
   * @throws IllegalArgumentException if the rows differ in length
   */
  public static Tensor of(float[][] rows) {
    return Creation.of(rows);
  }

  /**
   * A tensor over native memory, without a copy where possible: when the segment is 64-byte
   * aligned, accessible from every thread, and as long as the values rounded up to a multiple of 64
   * bytes (the padding is never written). Then the memory must neither change nor be freed while
   * tensors described from it are in use. In any other case the values are copied.
   *
   * @param values float32 in native byte order and row-major order
   * @throws IllegalArgumentException if the segment is shorter than the shape asks for
   */
  public static Tensor of(MemorySegment values, int... shape) {
    return Creation.of(values, Shape.of(shape));
  }

  /** A single value, of shape {@code []}. */
  public static Tensor scalar(double value) {
    return new Tensor(Node.scalar((float) value, Creation.engine()));
  }

  /** Zeros; no memory is used before they are needed. */
  public static Tensor zeros(int... shape) {
    return Creation.constant(0, Shape.of(shape));
  }

  /** Ones; no memory is used before they are needed. */
  public static Tensor ones(int... shape) {
    return Creation.constant(1, Shape.of(shape));
  }

  /** The same value everywhere; no memory is used before it is needed. */
  public static Tensor full(double value, int... shape) {
    return scalar(value).broadcastTo(Shape.of(shape));
  }

  /** The numbers 0, 1, ... {@code count - 1}. */
  public static Tensor arange(int count) {
    return arange(0, count, 1);
  }

  /**
   * The numbers {@code start}, {@code start + step}, ... up to but without {@code end}.
   *
   * @throws IllegalArgumentException if step is 0 or leads away from the end
   */
  public static Tensor arange(double start, double end, double step) {
    return Creation.arange(start, end, step);
  }

  /** The identity matrix of shape {@code [n, n]}. */
  public static Tensor eye(int n) {
    return Creation.eye(n);
  }

  /** Normally distributed values, mean 0 and variance 1: those of {@code torch.randn}. */
  public static Tensor randn(Generator generator, int... shape) {
    return Creation.filled(Shape.of(shape), values -> generator.normal(values, 0, 1));
  }

  /** Values distributed evenly in [0, 1): those of {@code torch.rand}. */
  public static Tensor rand(Generator generator, int... shape) {
    return Creation.filled(Shape.of(shape), values -> generator.uniform(values, 0, 1));
  }

  // ---- operations on several tensors

  /**
   * The matrix product, by NumPy's rules: {@code [m, k] x [k, n]} gives {@code [m, n]}; a vector on
   * the left is a row and on the right a column, and that axis disappears from the result; leading
   * axes are batches and broadcast.
   *
   * @throws IllegalArgumentException if the inner dimensions differ or batches do not broadcast
   */
  public Tensor matmul(Tensor other) {
    return MatrixProduct.of(this, other);
  }

  /**
   * {@code a} where the condition is not 0, {@code b} elsewhere; all three broadcast. The gradient
   * reaches each of {@code a} and {@code b} where it was taken.
   */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    checkSameBackend("where", condition, a);
    checkSameBackend("where", condition, b);
    Shape shape = a.shape().broadcast(b.shape(), "where").broadcast(condition.shape(), "where");
    return new Tensor(Node.of(Op.Plain.WHERE, shape, condition.node(), a.node(), b.node()));
  }

  /**
   * Joins tensors along an existing axis.
   *
   * @throws IllegalArgumentException if there are none, or shapes differ along another axis
   */
  public static Tensor concat(int axis, Tensor... tensors) {
    return Creation.concat(axis, tensors);
  }

  /** Joins tensors of one shape along a new axis. */
  public static Tensor stack(int axis, Tensor... tensors) {
    return concat(
        axis, Arrays.stream(tensors).map(it -> it.unsqueeze(axis)).toArray(Tensor[]::new));
  }

  static Tensor unary(UnaryOp op, Tensor a) {
    Node input = a.node();
    return new Tensor(Node.of(Op.Unary.of(op), input.shape(), input));
  }

  static Tensor binary(BinaryOp op, Tensor a, Tensor b) {
    Node left = a.node();
    Node right = b.node();
    if (left.engine() != right.engine()) {
      checkSameBackend(op, a, b);
    }
    Shape shape = left.shape().broadcast(right.shape(), op);
    return new Tensor(Node.of(Op.Binary.of(op), shape, left, right));
  }

  static Tensor binary(BinaryOp op, Tensor a, double b) {
    Node left = a.node();
    Node right = Node.scalar((float) b, left.engine());
    return new Tensor(Node.of(Op.Binary.of(op), left.shape(), left, right));
  }

  /** A number as a tensor on the same backend as this one. */
  Tensor scalarLike(double value) {
    return new Tensor(Node.scalar((float) value, node().engine()));
  }

  static void checkSameBackend(Object operation, Tensor a, Tensor b) {
    if (a.node().engine() != b.node().engine()) {
      throw new IllegalArgumentException(
          "%s: %s is on backend %s and %s on %s; move one with to(backend)"
              .formatted(
                  Shape.word(operation),
                  a.shape(),
                  a.backend().name(),
                  b.shape(),
                  b.backend().name()));
    }
  }

  // ---- what a tensor knows

  /** The shape. */
  public Shape shape() {
    return node().shape();
  }

  /** The engine that computes this tensor. */
  public Backend backend() {
    return engine().backend();
  }

  Engine engine() {
    Engine engine = node().engine();
    if (engine == null) {
      throw new AssertionError("a tensor without an engine");
    }
    return engine;
  }

  /** The same values on another engine: evaluated and copied, so no gradient passes. */
  public Tensor to(Backend backend) {
    return backend == backend() ? this : Creation.copy(this, backend);
  }

  // ---- numbers

  /**
   * Computes this tensor now, so that later uses start from its value.
   *
   * @return this
   * @throws StaleTensorException if a parameter it was described from has changed
   */
  public Tensor evaluate() {
    Node current = node();
    if (!current.isKnown() || current.isLost()) {
      engine().evaluate(current);
    }
    return this;
  }

  /**
   * Computes several tensors in one run, which shares their common parts.
   *
   * @throws IllegalArgumentException if they are on different backends
   */
  public static void evaluateAll(Tensor... tensors) {
    Evaluation.of(tensors).run();
  }

  /** The values in row-major order, in a new array. */
  public float[] toArray() {
    float[] values = new float[shape().elements()];
    copyTo(MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Copies the values, in row-major order, to memory of exactly as many float32 in native order.
   *
   * @throws IllegalArgumentException if the segment has another size
   */
  public void copyTo(MemorySegment target) {
    long bytes = (long) shape().elements() * Float.BYTES;
    if (target.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "copyTo: a tensor of shape %s has %d bytes, the segment %d"
              .formatted(shape(), bytes, target.byteSize()));
    }
    evaluate();
    node().read(target);
  }

  /**
   * The value of a tensor with a single element.
   *
   * @throws IllegalStateException if there are more or none
   */
  public float item() {
    if (shape().elements() != 1) {
      throw new IllegalStateException(
          "item: shape %s has %d elements, not one; use toArray"
              .formatted(shape(), shape().elements()));
    }
    evaluate();
    return node().readScalar();
  }

  /** Shape and values as people expect them; large tensors are abridged. Computes the tensor. */
  @Override
  public String toString() {
    return TensorText.of(this);
  }

  /** The schedule that would compute this tensor now, for people to read. Runs nothing. */
  public String explain() {
    return engine().schedule(node()).toString();
  }

  /** Frees the value. Every later use, and that of descriptions that need it, is an error. */
  @Override
  public void close() {
    node().close(() -> "a tensor of shape %s was used after close()".formatted(shape()));
  }

  // ---- gradients

  /**
   * Adds the gradient of this tensor to {@link Parameter#grad} of each parameter it was described
   * from. Like every operation this only describes.
   *
   * @throws IllegalStateException unless this has one element and depends on a parameter that
   *     requires a gradient
   */
  public void backward() {
    Gradients.backward(this);
  }

  /**
   * The same values, but no gradient passes. Once it is evaluated, the result keeps nothing in
   * memory of what it was computed from; so a running total over many steps is {@code total =
   * total.add(x).detach().evaluate()}.
   */
  public Tensor detach() {
    return new Tensor(Node.of(Op.Plain.DETACH, shape(), node()));
  }
}
