package dev.tandem;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.graph.Engine;
import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes tensors from values; the checks behind the static methods of {@link Tensor}. */
final class Creation {

  private static final int LINE = 64;
  private static final Thread SOME_OTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

  private Creation() {}

  static Engine engine() {
    return Engine.of(Backends.current());
  }

  static Tensor of(float[] values, Shape shape) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          "of: %d values do not fill shape %s, which has %d"
              .formatted(values.length, shape, shape.elements()));
    }
    return source(shape, engine(), values.clone());
  }

  static Tensor of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    Shape shape = Shape.of(rows.length, columns);
    float[] values = new float[shape.elements()];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != columns) {
        throw new IllegalArgumentException(
            "of: row %d has %d values, row 0 has %d".formatted(row, rows[row].length, columns));
      }
      System.arraycopy(rows[row], 0, values, row * columns, columns);
    }
    return source(shape, engine(), values);
  }

  static Tensor of(MemorySegment values, Shape shape) {
    long bytes = (long) shape.elements() * Float.BYTES;
    if (values.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "of: a segment of %d bytes does not fill shape %s, which has %d"
              .formatted(values.byteSize(), shape, bytes));
    }
    Engine engine = engine();
    Buffer shared = isShareable(values, bytes) ? share(engine, values, shape) : null;
    return shared != null
        ? new Tensor(Node.source(shape, engine, shared))
        : upload(shape, engine, values.asSlice(0, bytes));
  }

  private static @Nullable Buffer share(Engine engine, MemorySegment values, Shape shape) {
    return Node.isSmall(shape.elements()) ? null : engine.backend().share(values, shape.elements());
  }

  private static boolean isShareable(MemorySegment values, long bytes) {
    return values.isNative()
        && values.address() % LINE == 0
        && values.byteSize() >= (bytes + LINE - 1) / LINE * LINE
        && values.isAccessibleBy(SOME_OTHER_THREAD);
  }

  /** A source that may keep {@code values} as they are. */
  static Tensor source(Shape shape, Engine engine, float[] values) {
    return Node.isSmall(values.length)
        ? new Tensor(Node.source(shape, engine, values))
        : upload(shape, engine, MemorySegment.ofArray(values));
  }

  private static Tensor upload(Shape shape, Engine engine, MemorySegment values) {
    if (Node.isSmall(shape.elements())) {
      float[] copy = new float[shape.elements()];
      MemorySegment.ofArray(copy).copyFrom(values);
      return new Tensor(Node.source(shape, engine, copy));
    }
    Buffer buffer = engine.backend().allocate(shape.elements());
    engine.backend().upload(values, buffer);
    return new Tensor(Node.source(shape, engine, buffer));
  }

  static Tensor constant(float value, Shape shape) {
    return new Tensor(Node.constant(value, engine())).broadcastTo(shape);
  }

  static Tensor filled(Shape shape, Consumer<float[]> fill) {
    float[] values = new float[shape.elements()];
    fill.accept(values);
    return source(shape, engine(), values);
  }

  static Tensor copy(Tensor tensor, Backend backend) {
    return source(tensor.shape(), Engine.of(backend), tensor.toArray());
  }

  static Tensor arange(double start, double end, double step) {
    double count = Math.ceil((end - start) / step);
    if (step == 0 || !(count >= 0) || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "arange: steps of %s do not lead from %s to %s".formatted(step, start, end));
    }
    Shape shape = Shape.of((int) count);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (start + i * step);
    }
    return source(shape, engine(), values);
  }

  static Tensor eye(int n) {
    Shape shape = Shape.of(n, n);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < n; i++) {
      values[i * (n + 1)] = 1;
    }
    return source(shape, engine(), values);
  }

  static Tensor concat(int axis, Tensor... tensors) {
    if (tensors.length == 0) {
      throw new IllegalArgumentException("concat: at least one tensor is needed");
    }
    Shape first = tensors[0].shape();
    int index = first.axis(axis, "concat");
    int[] dimensions = first.toArray();
    for (int i = 1; i < tensors.length; i++) {
      Tensor.checkSameBackend("concat", tensors[0], tensors[i]);
      Shape shape = tensors[i].shape();
      if (!differsOnlyAlong(index, first, shape)) {
        throw new IllegalArgumentException(
            "concat: shapes %s and %s differ along another axis than %d"
                .formatted(first, shape, index));
      }
      dimensions[index] = Math.addExact(dimensions[index], shape.dimension(index));
    }
    Node[] inputs = Arrays.stream(tensors).map(Tensor::node).toArray(Node[]::new);
    return new Tensor(Node.of(new Op.Concat(index), Shape.of(dimensions), inputs));
  }

  private static boolean differsOnlyAlong(int axis, Shape a, Shape b) {
    if (a.rank() != b.rank()) {
      return false;
    }
    int[] other = b.toArray();
    other[axis] = a.dimension(axis);
    return Arrays.equals(a.toArray(), other);
  }
}
