package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Elementwise kernels whose operands are no plain rows: broadcast, transposed, strided, windows on
 * something larger; with outputs of that kind too, and in place. Arithmetic is exact, so that every
 * wrong address shows.
 */
public final class PatternCases {

  private static final Expression ADD = ExpressionBuilder.of(BinaryOp.ADD);

  private PatternCases() {}

  /** Patterns that occur in every model, at awkward sizes. */
  public static Stream<KernelCase> named() {
    List<KernelCase> cases = new ArrayList<>();
    int[][] matrices = {
      {3, 4},
      {17, 33},
      {65, 3},
      {3, 65},
      {100, 10},
      {1025, 3},
      {64, 64},
      {33, 129},
      {5, 4099},
      {300, 301}
    };
    for (int[] shape : matrices) {
      int rows = shape[0];
      int columns = shape[1];
      cases.add(added("matrix + row", shape, new int[] {1, columns}));
      cases.add(added("matrix + column", shape, new int[] {rows, 1}));
      cases.add(added("matrix + element", shape, new int[] {1, 1}));
      cases.add(outer("column * row", rows, columns));
      cases.add(transposed("matrix + transposed", rows, columns, false));
      cases.add(transposed("transposed + matrix, into a transposed output", rows, columns, true));
      cases.add(window("window + window", rows, columns));
      cases.add(everySecond("every second column", rows, columns));
      cases.add(concatenated("two parts side by side", rows, columns));
    }
    cases.add(added("middle axis repeated", new int[] {6, 7, 5}, new int[] {6, 1, 5}));
    cases.add(added("outer axes repeated", new int[] {6, 7, 5}, new int[] {1, 7, 1}));
    cases.add(added("row of a batch", new int[] {2, 3, 129}, new int[] {2, 1, 129}));
    cases.add(added("column of a batch", new int[] {9, 31, 17}, new int[] {9, 31, 1}));
    cases.add(constant());
    cases.add(repeatedToOutput());
    return cases.stream();
  }

  /** Random operands at every rank from 0 to 8. */
  public static Stream<KernelCase> random() {
    List<KernelCase> cases = new ArrayList<>();
    for (int rank = 0; rank <= 8; rank++) {
      for (int seed = 0; seed < 12; seed++) {
        cases.add(random(rank, 100L * rank + seed));
      }
    }
    return cases.stream();
  }

  /** Kernels that overwrite what they read. */
  public static Stream<KernelCase> inPlace() {
    List<KernelCase> cases = new ArrayList<>();
    for (int length : new int[] {1, 16, 207, 4099, 100_003}) {
      cases.add(descent(length));
      cases.add(momentum(length));
      cases.add(exchange(length));
    }
    cases.add(descentOfWindow());
    return cases.stream();
  }

  private static KernelCase added(String name, int[] shape, int[] other) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(View.elements(shape)), shape);
    View b = View.of(builder.input(View.elements(other)), other).broadcastTo(shape);
    View output = View.of(builder.output(View.elements(shape)), shape);
    return of(name, builder.elementwise(ADD, output, a, b), a, b);
  }

  private static KernelCase outer(String name, int rows, int columns) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(rows), rows, 1).broadcastTo(rows, columns);
    View b = View.of(builder.input(columns), 1, columns).broadcastTo(rows, columns);
    View output = View.of(builder.output(rows * columns), rows, columns);
    return of(name, builder.elementwise(ExpressionBuilder.of(BinaryOp.MUL), output, a, b), a, b);
  }

  private static KernelCase transposed(String name, int rows, int columns, boolean outputToo) {
    ScheduleBuilder builder = new ScheduleBuilder();
    int elements = rows * columns;
    View a = View.of(builder.input(elements), rows, columns);
    View b = View.of(builder.input(elements), columns, rows).transpose();
    View output =
        outputToo
            ? View.of(builder.output(elements), columns, rows).transpose()
            : View.of(builder.output(elements), rows, columns);
    return of(name, builder.elementwise(ADD, output, a, b), a, b);
  }

  /** Both operands inside larger matrices, as after a slice. */
  private static KernelCase window(String name, int rows, int columns) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a =
        View.of(builder.input((rows + 2) * (columns + 3)), rows + 2, columns + 3)
            .slice(0, 1, rows, 1)
            .slice(1, 2, columns, 1);
    View b =
        View.of(builder.input(rows * (columns + 1)), rows, columns + 1).slice(1, 1, columns, 1);
    View output = View.of(builder.output(rows * columns), rows, columns);
    return of(name, builder.elementwise(ADD, output, a, b), a, b);
  }

  private static KernelCase everySecond(String name, int rows, int columns) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(rows * columns * 2), rows, columns * 2).slice(1, 1, columns, 2);
    View b = View.of(builder.input(rows * columns), rows, columns);
    View output = View.of(builder.output(rows * columns), rows, columns);
    return of(name, builder.elementwise(ADD, output, a, b), a, b);
  }

  /** One kernel for each part of the output, which both write with gaps. */
  private static KernelCase concatenated(String name, int rows, int columns) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(rows * columns), rows, columns);
    View b = View.of(builder.input(rows), rows, 1);
    View output = View.of(builder.output(rows * (columns + 1)), rows, columns + 1);
    builder.elementwise(Expression.IDENTITY, output.slice(1, 0, columns, 1), a);
    builder.elementwise(ExpressionBuilder.of(UnaryOp.NEG), output.slice(1, columns, 1, 1), b);
    return of(name, builder, a, b);
  }

  private static KernelCase constant() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View output = View.of(builder.output(207), 9, 23);
    builder.elementwise(ExpressionBuilder.ofConstant(0.1f), output);
    builder.elementwise(
        ExpressionBuilder.ofConstant(Float.NEGATIVE_INFINITY), output.slice(1, 3, 5, 4));
    return of("constant, then a constant with gaps", builder);
  }

  /** broadcastTo as a copy. */
  private static KernelCase repeatedToOutput() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(15), 3, 1, 5).broadcastTo(2, 3, 7, 5);
    View output = View.of(builder.output(210), 2, 3, 7, 5);
    return of("repeated copy", builder.elementwise(Expression.IDENTITY, output, a), a);
  }

  private static KernelCase random(int rank, long seed) {
    Values values = new Values(seed);
    int[] shape = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = 1 + values.integer(rank <= 2 ? 40 : rank <= 4 ? 7 : 3);
    }
    ScheduleBuilder builder = new ScheduleBuilder();
    View[] operands = new View[3];
    for (int i = 0; i < 3; i++) {
      operands[i] = random(values, shape, true, builder::input);
    }
    View output = random(values, shape, false, builder::output);
    View all = View.of(output.slot(), builder.build().outputs()[0]);
    builder.elementwise(ExpressionBuilder.ofConstant(-1), all);
    ExpressionBuilder expression = new ExpressionBuilder(3, 0);
    int product = expression.binary(BinaryOp.MUL, 0, 1);
    Expression program = expression.results(expression.binary(BinaryOp.SUB, product, 2));
    builder.elementwise(program, output, operands);
    return of("random operands of rank %d, seed %d".formatted(rank, seed), builder, operands);
  }

  private interface Declaration {
    int slot(int elements);
  }

  /** A view of some shape on a new slot, with axes permuted, padded, strided and repeated. */
  private static View random(Values values, int[] shape, boolean read, Declaration declaration) {
    int rank = shape.length;
    int[] order = values.chance(0.4) ? values.permutation(rank) : identity(rank);
    boolean gaps = values.chance(0.4);
    int[] stored = new int[rank]; // sizes in the slot, in the slot's order
    int[] steps = new int[rank];
    int[] from = new int[rank];
    for (int i = 0; i < rank; i++) {
      boolean repeated = read && values.chance(0.25);
      int size = repeated ? 1 : shape[order[i]];
      steps[i] = gaps ? 1 + values.integer(2) : 1;
      from[i] = gaps ? values.integer(3) : 0;
      stored[i] = from[i] + size * steps[i] + (gaps ? values.integer(2) : 0);
      if (repeated) {
        steps[i] = 0;
      }
    }
    View view = View.of(declaration.slot(View.elements(stored)), stored);
    for (int i = 0; i < rank; i++) {
      int size = steps[i] == 0 ? 1 : shape[order[i]];
      view = view.slice(i, from[i], size, Math.max(1, steps[i]));
    }
    int[] back = new int[rank];
    for (int i = 0; i < rank; i++) {
      back[order[i]] = i;
    }
    return view.permute(back).broadcastTo(shape);
  }

  private static int[] identity(int rank) {
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /** w = w - rate * g. */
  public static KernelCase descent(int length) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View w = View.of(builder.input(length), length);
    View g = View.of(builder.input(length), length);
    View updated = View.of(builder.update(w.slot()), length);
    return descent("descent in place of " + length, builder, w, g, updated);
  }

  /** The same for the middle of a matrix; what is around it stays. */
  private static KernelCase descentOfWindow() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View w = View.of(builder.input(23 * 19), 23, 19).slice(0, 2, 17, 1).slice(1, 1, 15, 1);
    View g = View.of(builder.input(17), 17, 1).broadcastTo(17, 15);
    View updated = new View(builder.update(w.slot()), w.offset(), w.shape(), w.strides());
    return descent("descent of a window in place", builder, w, g, updated);
  }

  private static KernelCase descent(
      String name, ScheduleBuilder builder, View w, View g, View updated) {
    ExpressionBuilder expression = new ExpressionBuilder(2, 1);
    int step = expression.binary(BinaryOp.MUL, expression.scalar(0), 1);
    Expression program = expression.results(expression.binary(BinaryOp.SUB, 0, step));
    builder.elementwise(program, List.of(w, g), new int[] {builder.scalar()}, List.of(updated));
    return of(name, builder, w, g).withScalars(0.1f);
  }

  /** v = decay * v + g; w = w - rate * v, two updates in one kernel. */
  public static KernelCase momentum(int length) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View w = View.of(builder.input(length), length);
    View v = View.of(builder.input(length), length);
    View g = View.of(builder.input(length), length);
    View newV = View.of(builder.update(v.slot()), length);
    View newW = View.of(builder.update(w.slot()), length);
    int rate = builder.scalar();
    int decay = builder.scalar();
    ExpressionBuilder expression = new ExpressionBuilder(3, 2);
    int kept = expression.binary(BinaryOp.MUL, expression.scalar(0), 1);
    int velocity = expression.binary(BinaryOp.ADD, kept, 2);
    int step = expression.binary(BinaryOp.MUL, expression.scalar(1), velocity);
    Expression program = expression.results(expression.binary(BinaryOp.SUB, 0, step), velocity);
    builder.elementwise(program, List.of(w, v, g), new int[] {decay, rate}, List.of(newW, newV));
    return of("momentum in place of " + length, builder, w, v, g).withScalars(0.05f, 0.9f);
  }

  /** a = b and b = a + b: each output overwrites what the other still needs. */
  private static KernelCase exchange(int length) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(length), length);
    View b = View.of(builder.input(length), length);
    View newA = View.of(builder.update(a.slot()), length);
    View newB = View.of(builder.update(b.slot()), length);
    ExpressionBuilder expression = new ExpressionBuilder(2, 0);
    Expression program = expression.results(1, expression.binary(BinaryOp.ADD, 0, 1));
    builder.elementwise(program, List.of(a, b), new int[0], List.of(newA, newB));
    return of("exchange in place of " + length, builder, a, b);
  }

  /** A case with random data for the slots of these views. */
  private static KernelCase of(String name, ScheduleBuilder builder, View... operands) {
    var schedule = builder.build();
    Values values = new Values(name.hashCode());
    float[][] data = new float[schedule.inputs().length][];
    for (int i = 0; i < data.length; i++) {
      data[i] = values.uniform(schedule.inputs()[i]);
    }
    StringBuilder shapes = new StringBuilder(name);
    for (View operand : operands) {
      shapes.append(' ').append(Arrays.toString(operand.shape()));
    }
    return new KernelCase(shapes.toString(), schedule, Tolerance.BITS, data);
  }
}
