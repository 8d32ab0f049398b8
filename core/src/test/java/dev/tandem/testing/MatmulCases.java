package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Schedule;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Products of matrices: sizes around every tile, every layout, batches, epilogues. */
public final class MatmulCases {

  /** Products may be off by this many rounding errors of the sum of magnitudes. */
  private static final double EPSILONS = 8;

  private static final int[][] SIZES = { // m, n, k
    {1, 1, 1},
    {7, 3, 5},
    {2, 4, 3},
    {1, 1, 300},
    {1, 130, 1},
    {130, 1, 1},
    {33, 17, 1},
    {1, 64, 100},
    {100, 1, 64},
    {8, 8, 8},
    {15, 15, 15},
    {16, 16, 16},
    {17, 17, 17},
    {11, 31, 9},
    {12, 32, 10},
    {13, 33, 11},
    {24, 48, 64},
    {33, 17, 65},
    {63, 65, 64},
    {64, 10, 442},
    {128, 96, 100},
    {127, 129, 131},
    {131, 130, 67},
    {193, 97, 300},
    {3, 500, 2},
    {500, 3, 2},
    {2, 3, 4099},
    {70, 1, 17},
    {1, 2100, 6},
    {1, 40, 9000},
    {41, 1, 9000},
    {5003, 1, 20}, // rows of several groups, and some over
    {3, 67, 272},
    {6, 71, 2064},
    {20, 84, 2100}, // a last panel of more than a vector, and several blocks of depth
    {70, 59, 2100},
    {9, 1040, 531}, // few rows, and a right operand beyond L2
    {9, 1051, 531},
    {9, 1035, 531},
    {3, 544, 1051}, // the same in whole vectors: two blocks of depth, the second no whole fours
    {8, 1056, 530}, // and two strips of columns
    {2, 1056, 530},
    {30, 20, 3500}, // four blocks of depth, and a small product
    {30, 11, 3500}
  };

  private MatmulCases() {}

  /** All sizes, each matrix as it is and transposed. */
  public static Stream<KernelCase> layouts() {
    List<KernelCase> cases = new ArrayList<>();
    for (int[] size : SIZES) {
      for (Layout left : Layout.values()) {
        for (Layout right : Layout.values()) {
          if (left == right || left == Layout.ROWS || right == Layout.ROWS) {
            cases.add(layouts(size[0], size[1], size[2], left, right));
          }
        }
      }
    }
    // a matrix larger than a core's share of the caches
    cases.add(layouts(1, 4112, 1040, Layout.ROWS, Layout.ROWS));
    cases.add(layouts(1, 4112, 1040, Layout.ROWS, Layout.COLUMNS));
    return cases.stream();
  }

  /** No terms at all, and every fused step after the product. */
  public static Stream<KernelCase> epilogues() {
    List<KernelCase> cases = new ArrayList<>();
    int[][] sizes = {
      {3, 4, 0},
      {1, 1, 1},
      {7, 3, 5},
      {17, 33, 20},
      {100, 10, 64},
      {1, 65, 30},
      {65, 1, 30},
      {130, 131, 40},
      {9, 1040, 531},
      {6, 544, 1051},
      {30, 20, 3500}
    };
    for (int[] size : sizes) {
      for (Epilogue epilogue : Epilogue.values()) {
        cases.add(withEpilogue(size[0], size[1], size[2], Layout.ROWS, epilogue));
      }
    }
    for (Epilogue epilogue : Epilogue.values()) {
      cases.add(withEpilogue(3, 67, 272, Layout.COLUMNS, epilogue));
      cases.add(withEpilogue(20, 30, 40, Layout.COLUMNS, epilogue));
    }
    return cases.stream();
  }

  /**
   * Several products at once: as many matrices on both sides, or one repeated, or rows of windows.
   */
  public static Stream<KernelCase> batches() {
    return Stream.of(
        batch("equal batches", new int[] {3}, new int[] {3}, new int[] {3}, 4, 6, 5),
        batch("left repeated", new int[] {5}, new int[] {1}, new int[] {5}, 17, 9, 33),
        batch("right repeated", new int[] {5}, new int[] {5}, new int[] {1}, 17, 9, 33),
        batch("outer and inner", new int[] {2, 3}, new int[] {2, 1}, new int[] {1, 3}, 4, 2, 5),
        batch("three axes", new int[] {2, 3, 4}, new int[] {2, 1, 4}, new int[] {1, 3, 1}, 3, 5, 2),
        batch(
            "six axes",
            new int[] {2, 3, 2, 2, 3, 2},
            new int[] {2, 1, 2, 1, 3, 2},
            new int[] {1, 3, 1, 2, 1, 2},
            3,
            2,
            3),
        batch("many tiny", new int[] {300}, new int[] {300}, new int[] {300}, 2, 3, 4),
        batch("vectors", new int[] {40}, new int[] {40}, new int[] {40}, 1, 1, 17),
        batch("no terms", new int[] {3}, new int[] {3}, new int[] {1}, 2, 2, 0),
        batch("large", new int[] {3}, new int[] {3}, new int[] {1}, 65, 70, 66),
        batch("deep", new int[] {3}, new int[] {3}, new int[] {1}, 30, 20, 3500),
        batch("few rows", new int[] {2}, new int[] {2}, new int[] {2}, 3, 544, 1051, Layout.ROWS));
  }

  /** One NaN or infinity spoils its row and column and nothing else. */
  public static Stream<KernelCase> special() {
    List<KernelCase> cases = new ArrayList<>();
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int[] size : new int[][] {{3, 4, 5}, {33, 34, 35}, {1, 70, 20}, {70, 1, 20}}) {
        KernelCase plain = layouts(size[0], size[1], size[2], Layout.ROWS, Layout.ROWS);
        float[] left = plain.inputs()[0].clone();
        float[] right = plain.inputs()[1].clone();
        left[left.length / 2] = value;
        right[right.length / 3] = 0;
        right[right.length / 2] = value;
        cases.add(plain.withInputs(left, right));
      }
    }
    return cases.stream();
  }

  /** How a matrix lies in memory. */
  private enum Layout {
    ROWS,
    /** Transposed. */
    COLUMNS,
    /** A window on a larger matrix. */
    WINDOW,
    /** Every second column of every second row. */
    SCATTERED,
    /** One row, for all rows. */
    REPEATED;

    View declare(ScheduleBuilder slots, int rows, int columns) {
      return switch (this) {
        case ROWS -> View.of(slots.input(rows * columns), rows, columns);
        case COLUMNS -> View.of(slots.input(rows * columns), columns, rows).transpose();
        case WINDOW ->
            View.of(slots.input((rows + 2) * (columns + 3)), rows + 2, columns + 3)
                .slice(0, 1, rows, 1)
                .slice(1, 2, columns, 1);
        case SCATTERED ->
            View.of(slots.input(4 * rows * columns), 2 * rows, 2 * columns)
                .slice(0, 1, rows, 2)
                .slice(1, 1, columns, 2);
        case REPEATED -> View.of(slots.input(columns), 1, columns).broadcastTo(rows, columns);
      };
    }
  }

  private static KernelCase layouts(int m, int n, int k, Layout left, Layout right) {
    Function<Expression, Schedule> product =
        epilogue -> {
          ScheduleBuilder builder = new ScheduleBuilder();
          View a = left.declare(builder, m, k);
          View b = right.declare(builder, k, n);
          View output = View.of(builder.output(m * n), m, n);
          return builder.matmul(a, b, output, epilogue, new int[0]).build();
        };
    String name = "%s [%d, %d] x %s [%d, %d]".formatted(left, m, k, right, k, n);
    return of(name, product, Expression.IDENTITY, Expression.IDENTITY);
  }

  private static KernelCase batch(
      String name, int[] batch, int[] left, int[] right, int m, int n, int k) {
    return batch(name, batch, left, right, m, n, k, Layout.COLUMNS);
  }

  /** With the right matrices as they are or transposed. */
  private static KernelCase batch(
      String name, int[] batch, int[] left, int[] right, int m, int n, int k, Layout layout) {
    Function<Expression, Schedule> product =
        epilogue -> {
          ScheduleBuilder builder = new ScheduleBuilder();
          View a = matrices(builder, left, m, k).broadcastTo(extended(batch, m, k));
          View stored =
              layout == Layout.ROWS
                  ? matrices(builder, right, k, n)
                  : matrices(builder, right, n, k).transpose();
          View b = stored.broadcastTo(extended(batch, k, n));
          int[] shape = extended(batch, m, n);
          View output = View.of(builder.output(View.elements(shape)), shape);
          return builder.matmul(a, b, output, epilogue, new int[0]).build();
        };
    String full = "%s: %s x [%d, %d, %d]".formatted(name, Arrays.toString(batch), m, n, k);
    return of(full, product, Expression.IDENTITY, Expression.IDENTITY);
  }

  private static View matrices(ScheduleBuilder builder, int[] batch, int rows, int columns) {
    int[] shape = extended(batch, rows, columns);
    return View.of(builder.input(View.elements(shape)), shape);
  }

  private static int[] extended(int[] batch, int rows, int columns) {
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    return shape;
  }

  /**
   * What follows the product (register 0): a row, a column and a matrix are at hand (registers 1 to
   * 3) and a scalar (register 4).
   */
  private enum Epilogue {
    BIAS_OF_ROW {
      @Override
      int write(ExpressionBuilder it) {
        return it.binary(BinaryOp.ADD, 0, 1);
      }
    },
    BIAS_OF_COLUMN {
      @Override
      int write(ExpressionBuilder it) {
        return it.binary(BinaryOp.ADD, 0, 2);
      }
    },
    BIAS_AND_TANH {
      @Override
      int write(ExpressionBuilder it) {
        return it.unary(UnaryOp.TANH, it.binary(BinaryOp.ADD, 0, 1));
      }
    },
    BIAS_AND_RELU {
      @Override
      int write(ExpressionBuilder it) {
        return it.unary(UnaryOp.RELU, it.binary(BinaryOp.ADD, 0, 1));
      }
    },
    SCALED_AND_SUBTRACTED {
      @Override
      int write(ExpressionBuilder it) {
        return it.binary(BinaryOp.SUB, 3, it.binary(BinaryOp.MUL, it.scalar(0), 0));
      }
    },
    EVERYTHING {
      @Override
      int write(ExpressionBuilder it) {
        int sum = it.binary(BinaryOp.ADD, it.binary(BinaryOp.ADD, 0, 1), 2);
        int half = it.binary(BinaryOp.MUL, it.constant(0.5f), 3);
        int mixed = it.binary(BinaryOp.SUB, it.unary(UnaryOp.SIGMOID, sum), half);
        return it.where(it.binary(BinaryOp.LT, 1, 2), mixed, it.unary(UnaryOp.NEG, mixed));
      }
    },
    /** The product is not used. */
    CONSTANT {
      @Override
      int write(ExpressionBuilder it) {
        return it.constant(3);
      }
    };

    abstract int write(ExpressionBuilder builder);
  }

  private static KernelCase withEpilogue(int m, int n, int k, Layout right, Epilogue epilogue) {
    ExpressionBuilder program = new ExpressionBuilder(4, 1);
    Expression expression = program.results(epilogue.write(program));
    Function<Expression, Schedule> product =
        body -> {
          ScheduleBuilder builder = new ScheduleBuilder();
          View a = View.of(builder.input(m * k), m, k);
          View b = right.declare(builder, k, n);
          View row = View.of(builder.input(n), 1, n).broadcastTo(m, n);
          View column = View.of(builder.input(m), m, 1).broadcastTo(m, n);
          View matrix = View.of(builder.input(m * n), m, n);
          View output = View.of(builder.output(m * n), m, n);
          int[] scalars = {builder.scalar()};
          return builder.matmul(a, b, output, body, scalars, row, column, matrix).build();
        };
    String name = "[%d, %d] x %s [%d, %d] then %s".formatted(m, k, right, k, n, epilogue);
    return of(name, product, expression, sumOfMagnitudes()).withScalars(0.75f);
  }

  /**
   * No step of an epilogue above enlarges an error: |product| + |row| + |column| + |matrix| + 1.
   */
  private static Expression sumOfMagnitudes() {
    ExpressionBuilder it = new ExpressionBuilder(4, 1);
    int sum = it.constant(1);
    for (int register = 0; register < 4; register++) {
      sum = it.binary(BinaryOp.ADD, sum, it.unary(UnaryOp.ABS, register));
    }
    return it.results(sum);
  }

  /**
   * A case whose tolerance scales with the product of magnitudes.
   *
   * @param product makes the schedule for an epilogue
   * @param scale the epilogue that bounds the magnitudes behind a result
   */
  private static KernelCase of(
      String name, Function<Expression, Schedule> product, Expression epilogue, Expression scale) {
    Schedule schedule = product.apply(epilogue);
    Values values = new Values(name.hashCode());
    float[][] data = new float[schedule.inputs().length][];
    for (int i = 0; i < data.length; i++) {
      data[i] = values.uniform(schedule.inputs()[i]);
    }
    Tolerance tolerance = new Tolerance.Scaled(product.apply(scale), true, EPSILONS);
    return new KernelCase(name, schedule, tolerance, data);
  }
}
