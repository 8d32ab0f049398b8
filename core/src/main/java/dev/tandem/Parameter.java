package dev.tandem;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.graph.Engine;
import dev.tandem.graph.Node;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that changes: a model's weight, or state of an optimizer. Its storage stays the same and
 * is updated in place. It collects gradients from {@link Tensor#backward} unless it is frozen.
 *
 * <p>A change makes every description that still needed the old value unusable: evaluating one
 * throws {@link StaleTensorException}, it never gives a wrong number. Not for use by several
 * threads at once.
 */
public final class Parameter extends Tensor {

  private final Shape shape;
  private String name = "parameter";
  private Engine engine;
  private Buffer buffer;
  private @Nullable Node leaf;
  private boolean requiresGrad = true;

  private @Nullable Tensor grad;
  private boolean gradWasHandedOut;
  private @Nullable Buffer gradStorage; // what grad's value is in, if it is known and ours
  private @Nullable Buffer spareStorage; // for the next gradient
  private final List<Tensor> losses = new ArrayList<>();

  /** A parameter that starts with the values of {@code initial}, on the same backend. */
  public Parameter(Tensor initial) {
    super(null);
    shape = initial.shape();
    engine = initial.engine();
    buffer = copyOf(initial, engine);
  }

  private static Buffer copyOf(Tensor values, Engine engine) {
    Buffer buffer = engine.backend().allocate(values.shape().elements());
    engine.backend().upload(MemorySegment.ofArray(values.toArray()), buffer);
    return buffer;
  }

  @Override
  Node node() {
    Node current = leaf;
    if (current == null) {
      current = Node.parameter(shape, engine, buffer, requiresGrad, this);
      leaf = current;
    }
    return current;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** Gives it a name for messages; a module names its parameters after its fields. */
  public Parameter named(String newName) {
    name = newName;
    return this;
  }

  /** Whether {@link Tensor#backward} collects a gradient here. */
  public boolean requiresGrad() {
    return requiresGrad;
  }

  /** Freezes or unfreezes the parameter, for descriptions that are made from now on. */
  public Parameter requiresGrad(boolean required) {
    if (required != requiresGrad) {
      requiresGrad = required;
      retire("was frozen or unfrozen");
    }
    return this;
  }

  // ---- its value

  /**
   * Overwrites the value.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public void set(Tensor value) {
    checkShape("set", value.shape());
    set(value.toArray());
  }

  /**
   * Overwrites the value.
   *
   * @param values in row-major order
   * @throws IllegalArgumentException if there are more or fewer than the shape asks for
   */
  public void set(float[] values) {
    checkCount(values.length);
    upload(MemorySegment.ofArray(values));
  }

  /**
   * Overwrites the value with a copy of memory on the Java heap or outside.
   *
   * @param values float32 in native byte order and row-major order
   * @throws IllegalArgumentException if the segment is longer or shorter than the shape asks for
   */
  public void set(MemorySegment values) {
    if (values.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "set: a segment of %d bytes does not hold whole float32 values"
              .formatted(values.byteSize()));
    }
    checkCount(values.byteSize() / Float.BYTES);
    upload(values);
  }

  private void checkCount(long values) {
    if (values != shape.elements()) {
      throw new IllegalArgumentException(
          "set: %d values do not fill parameter '%s' of shape %s".formatted(values, name, shape));
    }
  }

  private void upload(MemorySegment values) {
    engine.backend().upload(values, buffer);
    retire("was set to another value");
  }

  void checkShape(String operation, Shape other) {
    if (!other.equals(shape)) {
      throw new IllegalArgumentException(
          "%s: parameter '%s' has shape %s, the new value %s"
              .formatted(operation, name, shape, other));
    }
  }

  /** Moves the parameter to another engine, for good; a gradient that was collected is dropped. */
  public void moveTo(Backend backend) {
    if (backend == engine.backend()) {
      return;
    }
    Engine newEngine = Engine.of(backend);
    Buffer newBuffer = copyOf(this, newEngine);
    retire("was moved to backend " + backend.name());
    zeroGrad();
    releaseSpare();
    buffer.close();
    buffer = newBuffer;
    engine = newEngine;
  }

  /** Makes the descriptions that start from the present value unusable. */
  void retire(String what) {
    Node old = leaf;
    if (old != null) {
      old.lose(() ->
          "parameter '%s' %s %s after this tensor was described; evaluate the tensor before that, or describe it again"
              .formatted(name, shape, what));
      leaf = null;
    }
  }

  @Override
  public void close() {
    retire("was closed");
    Node closed = node();
    closed.close(() -> "parameter '%s' %s was used after close()".formatted(name, shape));
    releaseSpare();
  }

  // ---- its gradient

  /** The gradient collected since the last {@link #zeroGrad}, or null if there is none. */
  public @Nullable Tensor grad() {
    gradWasHandedOut = true;
    return grad;
  }

  /** Drops the gradient. */
  public void zeroGrad() {
    if (gradStorage != null && !gradWasHandedOut && spareStorage == null) {
      spareStorage = gradStorage;
    }
    gradStorage = null;
    gradWasHandedOut = false;
    grad = null;
    losses.clear();
  }

  /** The gradient for somebody who does not keep it. */
  @Nullable Tensor borrowGrad() {
    return grad;
  }

  /** Adds to the gradient and remembers where it came from. */
  void accumulate(Tensor gradient, Tensor loss) {
    if (grad == null) {
      grad = gradient;
    } else {
      grad = grad.add(gradient);
      gradStorage = gradWasHandedOut ? null : gradStorage;
      gradWasHandedOut = false;
    }
    losses.add(loss);
  }

  /** The tensors whose gradients were collected and that have not been part of a step yet. */
  List<Tensor> losses() {
    return losses;
  }

  /** Where the gradient's value may be written; null if it needs no storage. */
  @Nullable Buffer gradDestination() {
    if (Node.isSmall(shape.elements())) {
      return null;
    }
    if (spareStorage == null) {
      spareStorage = engine.backend().allocate(shape.elements());
    }
    return spareStorage;
  }

  /** Notes that a run has computed the gradient and overwritten the value. */
  void stepped() {
    if (grad != null && spareStorage != null && grad.node().buffer() == spareStorage) {
      Buffer before = gradStorage;
      gradStorage = spareStorage;
      spareStorage = before; // of the gradient that this one was added to
    }
    losses.clear();
    retire("was changed by an optimizer's step or an assignment");
  }

  private void releaseSpare() {
    if (spareStorage != null) {
      spareStorage.close();
      spareStorage = null;
    }
  }
}
