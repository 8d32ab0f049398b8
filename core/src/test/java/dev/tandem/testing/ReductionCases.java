package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.Schedule;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Folds: every kind, along every choice of axes, of plain and computed values. */
public final class ReductionCases {

  /** Sums may be off by this many rounding errors of the sum of magnitudes. */
  private static final double EPSILONS = 8;

  private static final int[][] SHAPES = {
    {1},
    {15},
    {16},
    {17},
    {207},
    {4099},
    {1, 207},
    {17, 1},
    {4, 6},
    {17, 515},
    {515, 17},
    {1024, 3},
    {3, 1000},
    {2, 40}, // rows are folded four at once: one, two and three more than whole fours
    {5, 48},
    {6, 600},
    {11, 90},
    {129, 64},
    {3, 5, 7},
    {16, 33, 65},
    {9, 100, 4},
    {2, 3, 4, 5},
    {2, 3, 2, 3, 2, 3, 2, 3}
  };

  private ReductionCases() {}

  /** Every fold along every choice of axes. */
  public static Stream<KernelCase> plain() {
    List<KernelCase> cases = new ArrayList<>();
    for (int[] shape : SHAPES) {
      for (ReduceOp op : ReduceOp.values()) {
        for (boolean[] reduced : choices(shape.length)) {
          cases.add(plain(op, shape, reduced, false));
        }
      }
    }
    for (ReduceOp op : ReduceOp.values()) {
      cases.add(plain(op, new int[] {300_007}, new boolean[] {true}, false));
      cases.add(plain(op, new int[] {2, 100_003}, new boolean[] {false, true}, false));
      cases.add(plain(op, new int[] {100_003, 2}, new boolean[] {true, false}, false));
    }
    // more than a core's share of the caches
    for (boolean[] reduced : choices(2)) {
      cases.add(plain(ReduceOp.SUM, new int[] {2053, 2071}, reduced, false));
    }
    cases.add(plain(ReduceOp.MAX, new int[] {2053, 2071}, new boolean[] {true, false}, false));
    cases.add(plain(ReduceOp.MAX, new int[] {2053, 2071}, new boolean[] {true, true}, false));
    cases.add(plain(ReduceOp.MIN, new int[] {2053, 2071}, new boolean[] {true, true}, false));
    return cases.stream();
  }

  /** Folds over nothing, of NaN and of infinities. */
  public static Stream<KernelCase> special() {
    List<KernelCase> cases = new ArrayList<>();
    for (ReduceOp op : ReduceOp.values()) {
      cases.add(plain(op, new int[] {0}, new boolean[] {true}, false));
      cases.add(plain(op, new int[] {5, 0}, new boolean[] {false, true}, false));
      cases.add(plain(op, new int[] {0, 17}, new boolean[] {true, false}, false));
      for (int[] shape : new int[][] {{4, 6}, {33, 50}, {50, 33}, {3, 4099}}) {
        for (boolean[] reduced : choices(2)) {
          cases.add(plain(op, shape, reduced, true));
        }
      }
    }
    return cases.stream();
  }

  /** Folds of windows, transposed and repeated operands, and of fused expressions. */
  public static Stream<KernelCase> computed() {
    List<KernelCase> cases = new ArrayList<>();
    for (int[] shape : new int[][] {{7, 5}, {33, 65}, {130, 3}, {3, 2050}}) {
      for (ReduceOp op : ReduceOp.values()) {
        for (boolean[] reduced : choices(2)) {
          cases.add(transposed(op, shape, reduced));
          cases.add(window(op, shape, reduced));
          cases.add(squaredDifference(op, shape, reduced));
          cases.add(tanhOfProduct(op, shape, reduced));
        }
      }
    }
    cases.add(intoStridedOutput());
    return cases.stream();
  }

  /** Every choice of at least one axis; for many axes only single ones and alternate ones. */
  private static List<boolean[]> choices(int rank) {
    List<boolean[]> choices = new ArrayList<>();
    for (int bits = 1; bits < 1 << rank; bits++) {
      if (rank <= 3 || Integer.bitCount(bits) == 1 || bits == 0b10101010 || bits == 0b1100) {
        boolean[] reduced = new boolean[rank];
        for (int axis = 0; axis < rank; axis++) {
          reduced[axis] = (bits >> axis & 1) != 0;
        }
        choices.add(reduced);
      }
    }
    return choices;
  }

  private static KernelCase plain(ReduceOp op, int[] shape, boolean[] reduced, boolean special) {
    Values values = new Values(Arrays.hashCode(shape));
    float[] data = values.uniform(View.elements(shape));
    for (int i = 0; special && i < data.length; i += 1 + values.integer(data.length / 4)) {
      data[i] =
          values.choice(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 1e37f);
    }
    return of(
        special ? op + " of special values" : op + "",
        op,
        reduced,
        Expression.IDENTITY,
        slots -> View.of(slots.input(data.length), shape),
        data);
  }

  private static KernelCase transposed(ReduceOp op, int[] shape, boolean[] reduced) {
    int elements = View.elements(shape);
    return of(
        op + " of transposed",
        op,
        reduced,
        Expression.IDENTITY,
        slots -> View.of(slots.input(elements), shape[1], shape[0]).transpose(),
        new Values(1).uniform(elements));
  }

  private static KernelCase window(ReduceOp op, int[] shape, boolean[] reduced) {
    int[] whole = {shape[0] + 2, 2 * shape[1] + 1};
    return of(
        op + " of a window",
        op,
        reduced,
        Expression.IDENTITY,
        slots ->
            View.of(slots.input(View.elements(whole)), whole)
                .slice(0, 1, shape[0], 1)
                .slice(1, 1, shape[1], 2),
        new Values(2).uniform(View.elements(whole)));
  }

  /** The loss of a regression, one operand repeated along the rows. */
  private static KernelCase squaredDifference(ReduceOp op, int[] shape, boolean[] reduced) {
    ExpressionBuilder expression = new ExpressionBuilder(2, 0);
    int difference = expression.binary(BinaryOp.SUB, 0, 1);
    return ofTwo(
        op + " of squared differences",
        op,
        reduced,
        expression.results(expression.unary(UnaryOp.SQUARE, difference)),
        shape,
        new int[] {1, shape[1]});
  }

  private static KernelCase tanhOfProduct(ReduceOp op, int[] shape, boolean[] reduced) {
    ExpressionBuilder expression = new ExpressionBuilder(2, 0);
    int product = expression.binary(BinaryOp.MUL, 0, 1);
    return ofTwo(
        op + " of tanh of a product",
        op,
        reduced,
        expression.results(expression.unary(UnaryOp.TANH, product)),
        shape,
        new int[] {shape[0], 1});
  }

  private interface Operands {
    View declare(ScheduleBuilder slots);
  }

  private static KernelCase ofTwo(
      String name, ReduceOp op, boolean[] reduced, Expression body, int[] shape, int[] other) {
    Values values = new Values(3);
    float[] first = values.uniform(View.elements(shape));
    float[] second = values.uniform(View.elements(other));
    Operands left = slots -> View.of(slots.input(first.length), shape);
    Operands right = slots -> View.of(slots.input(second.length), other).broadcastTo(shape);
    return of(name, op, reduced, body, List.of(left, right), first, second);
  }

  private static KernelCase of(
      String name,
      ReduceOp op,
      boolean[] reduced,
      Expression body,
      Operands operand,
      float[] data) {
    return of(name, op, reduced, body, List.of(operand), data);
  }

  private static KernelCase of(
      String name,
      ReduceOp op,
      boolean[] reduced,
      Expression body,
      List<Operands> operands,
      float[]... data) {
    Schedule schedule = schedule(op, reduced, body, operands);
    boolean extreme = op == ReduceOp.MAX || op == ReduceOp.MIN;
    Tolerance tolerance =
        extreme && body.isIdentity()
            ? Tolerance.VALUES
            : new Tolerance.Scaled(
                schedule(extreme ? ReduceOp.MAX : op, reduced, magnitude(body), operands),
                false,
                EPSILONS + 4 * body.instructions().size());
    int[] shape = operands.getFirst().declare(new ScheduleBuilder()).shape();
    String full =
        "%s over %s of %s"
            .formatted(
                name.toLowerCase(Locale.ROOT), Arrays.toString(reduced), Arrays.toString(shape));
    return new KernelCase(full, schedule, tolerance, data);
  }

  private static Schedule schedule(
      ReduceOp op, boolean[] reduced, Expression body, List<Operands> operands) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View[] views = operands.stream().map(it -> it.declare(builder)).toArray(View[]::new);
    int[] kept = views[0].shape().clone();
    for (int axis = 0; axis < kept.length; axis++) {
      kept[axis] = reduced[axis] ? 1 : kept[axis];
    }
    View output = View.of(builder.output(View.elements(kept)), kept);
    return builder.reduction(op, reduced, body, output, views).build();
  }

  /** The program with the magnitude of its result instead. */
  private static Expression magnitude(Expression body) {
    List<Expression.Instruction> instructions = new ArrayList<>(body.instructions());
    instructions.add(new Expression.Unary(UnaryOp.ABS, body.results().getFirst()));
    return new Expression(body.inputs(), body.scalars(), instructions, List.of(body.registers()));
  }

  /** Sums along the middle axis into every second place of a transposed output. */
  private static KernelCase intoStridedOutput() {
    return new KernelCase(
        "sum into every second place of a transposed output",
        intoStridedOutput(Expression.IDENTITY),
        new Tolerance.Scaled(intoStridedOutput(ExpressionBuilder.of(UnaryOp.ABS)), false, EPSILONS),
        new Values(4).uniform(5 * 33 * 7));
  }

  private static Schedule intoStridedOutput(Expression body) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View input = View.of(builder.input(5 * 33 * 7), 5, 33, 7);
    int slot = builder.output(7 * 1 * 10);
    View output = View.of(slot, 7, 1, 10).permute(2, 1, 0).slice(0, 1, 5, 2);
    builder.elementwise(ExpressionBuilder.ofConstant(0), View.of(slot, 70));
    boolean[] middle = {false, true, false};
    return builder.reduction(ReduceOp.SUM, middle, body, output, input).build();
  }
}
