package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Elementwise kernels over contiguous operands: every operation alone, then fused ones. */
public final class ElementwiseCases {

  /** Around the widths of vectors, then around the lengths of strips, then enough for threads. */
  private static final int[] LENGTHS = {1, 15, 16, 17, 207, 2047, 2049, 4099};

  private static final int ENOUGH_FOR_THREADS = 100_003;

  private static final double EPSILON = 0x1p-24;

  private ElementwiseCases() {}

  /** Every function of one argument at every length, special values among the data. */
  public static Stream<KernelCase> unary() {
    List<KernelCase> cases = new ArrayList<>();
    for (UnaryOp op : UnaryOp.values()) {
      for (int length : LENGTHS) {
        float[] data = new Values(length).anything(length);
        float[] special = Values.special();
        System.arraycopy(special, 0, data, 0, length < special.length ? 0 : special.length);
        cases.add(single(op + " of " + length, ExpressionBuilder.of(op), tolerance(op), data));
      }
      cases.add(
          single(
              op + " of " + ENOUGH_FOR_THREADS,
              ExpressionBuilder.of(op),
              tolerance(op),
              new Values(7).uniform(ENOUGH_FOR_THREADS)));
    }
    return cases.stream();
  }

  /**
   * Every function of two arguments at every length, every pair of special values among the data.
   */
  public static Stream<KernelCase> binary() {
    List<KernelCase> cases = new ArrayList<>();
    for (BinaryOp op : BinaryOp.values()) {
      for (int length : LENGTHS) {
        float[] a = new Values(length).anything(length);
        float[] b = new Values(-length).anything(length);
        float[] special = Values.special();
        for (int i = 0; i < special.length * special.length && length == 4099; i++) {
          a[i] = special[i / special.length];
          b[i] = special[i % special.length];
        }
        cases.add(single(op + " of " + length, ExpressionBuilder.of(op), tolerance(op), a, b));
      }
    }
    return cases.stream();
  }

  /** Selection by every kind of condition. */
  public static Stream<KernelCase> where() {
    ExpressionBuilder builder = new ExpressionBuilder(3, 0);
    Expression expression = builder.results(builder.where(0, 1, 2));
    List<KernelCase> cases = new ArrayList<>();
    for (int length : LENGTHS) {
      Values values = new Values(length);
      float[] condition = values.anything(length);
      for (int i = 0; i < length; i++) {
        condition[i] = values.choice(0f, -0f, 1f, Float.NaN, condition[i]);
      }
      cases.add(
          single(
              "where of " + length,
              expression,
              Tolerance.BITS,
              condition,
              values.anything(length),
              values.anything(length)));
    }
    return cases.stream();
  }

  /** Random programs of operations that are rounded in one way only: the same bits everywhere. */
  public static Stream<KernelCase> fusedExactly() {
    List<KernelCase> cases = new ArrayList<>();
    for (int seed = 0; seed < 80; seed++) {
      cases.add(RandomExpression.exact(seed).over(length(seed), Tolerance.BITS));
    }
    return cases.stream();
  }

  /** Random programs with transcendental functions, whose errors stay bounded. */
  public static Stream<KernelCase> fusedNearly() {
    List<KernelCase> cases = new ArrayList<>();
    for (int seed = 0; seed < 80; seed++) {
      RandomExpression random = RandomExpression.bounded(1000 + seed);
      cases.add(random.over(length(seed), new Tolerance.Within(random.errors(EPSILON))));
    }
    return cases.stream();
  }

  private static int length(int seed) {
    return LENGTHS[seed % LENGTHS.length];
  }

  private static KernelCase single(
      String name, Expression expression, Tolerance tolerance, float[]... inputs) {
    int length = inputs[0].length;
    ScheduleBuilder builder = new ScheduleBuilder();
    View[] operands = new View[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      operands[i] = View.of(builder.input(length), length);
    }
    View output = View.of(builder.output(length), length);
    return new KernelCase(
        name.toLowerCase(Locale.ROOT),
        builder.elementwise(expression, output, operands).build(),
        tolerance,
        inputs);
  }

  /** How near an engine's function has to be. */
  private static Tolerance tolerance(UnaryOp op) {
    return switch (op) {
      case NEG, ABS, SQRT, SQUARE, RECIPROCAL, RELU, SIGN, FLOOR -> Tolerance.BITS;
      case EXP, LOG, TANH, SOFTPLUS, ERF, SIN, COS -> new Tolerance.Ulps(2, 0);
      case SIGMOID -> new Tolerance.Ulps(3, 0);
      // x * (1 + erf(x / sqrt 2)) / 2 cancels for negative x
      case GELU -> new Tolerance.Ulps(2, EPSILON);
    };
  }

  private static Tolerance tolerance(BinaryOp op) {
    return switch (op) {
      case ADD, SUB, MUL, DIV, EQ, NE, LT, LE, GT, GE -> Tolerance.BITS;
      case MAXIMUM, MINIMUM -> Tolerance.VALUES;
      case POW -> new Tolerance.Ulps(2, 0);
    };
  }
}
