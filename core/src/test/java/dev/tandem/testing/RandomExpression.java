package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.util.ArrayList;
import java.util.List;

/**
 * A random fused program: several operands, scalars, constants, selections and results. It keeps
 * for every register how large its values can be and how far an engine's may be off, in units of
 * the rounding error of 1.
 */
final class RandomExpression {

  private static final int GREATEST_VALUE = 1000;

  private final Values values;
  private final int inputs;
  private final int scalars;
  private final ExpressionBuilder builder;
  private final List<Double> greatest = new ArrayList<>(); // by register
  private final List<Double> errors = new ArrayList<>(); // by register, in epsilons
  private final long seed;
  private Expression expression = Expression.IDENTITY;

  private RandomExpression(long seed) {
    this.seed = seed;
    values = new Values(seed);
    inputs = values.integer(5);
    scalars = values.integer(3);
    builder = new ExpressionBuilder(inputs, scalars);
    for (int i = 0; i < inputs + scalars; i++) {
      note(2, 0);
    }
    note(builder.constant(values.integer(5) * 0.25f + 0.25f), 2, 0);
  }

  /** Operations that IEEE 754 rounds in one way only. */
  static RandomExpression exact(long seed) {
    RandomExpression random = new RandomExpression(seed);
    // which zero a maximum picks is open, and a division would show it
    boolean extremes = random.values.chance(0.5);
    for (int i = 3 + random.values.integer(30); i > 0; i--) {
      random.exactStep(extremes);
    }
    random.finish();
    return random;
  }

  /** Functions that never magnify the error of their argument, and sums of them. */
  static RandomExpression bounded(long seed) {
    RandomExpression random = new RandomExpression(seed);
    for (int i = 3 + random.values.integer(20); i > 0; i--) {
      random.boundedStep();
    }
    random.finish();
    return random;
  }

  private void exactStep(boolean extremes) {
    int a = register();
    int b = register();
    int c = register();
    int choice = values.integer(10);
    if (choice < 5) {
      BinaryOp special =
          extremes ? values.choice(BinaryOp.MAXIMUM, BinaryOp.MINIMUM) : BinaryOp.DIV;
      note(builder.binary(values.choice(BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, special), a, b));
    } else if (choice < 7) {
      UnaryOp special = extremes ? UnaryOp.RELU : UnaryOp.RECIPROCAL;
      UnaryOp op =
          values.choice(
              UnaryOp.NEG,
              UnaryOp.ABS,
              UnaryOp.SQRT,
              UnaryOp.SQUARE,
              UnaryOp.SIGN,
              UnaryOp.FLOOR,
              UnaryOp.RELU,
              special);
      note(builder.unary(op, a));
    } else if (choice < 8) {
      note(
          builder.binary(
              values.choice(
                  BinaryOp.EQ, BinaryOp.NE, BinaryOp.LT, BinaryOp.LE, BinaryOp.GT, BinaryOp.GE),
              a,
              b));
    } else if (choice < 9) {
      note(builder.where(a, b, c));
    } else {
      note(builder.constant(values.uniform(1)[0]));
    }
  }

  private void boundedStep() {
    int a = register();
    int b = register();
    double sumOfErrors = errors.get(a) + errors.get(b);
    double sum = greatest.get(a) + greatest.get(b);
    int choice = values.integer(10);
    if (choice < 4 || sum > GREATEST_VALUE) {
      UnaryOp op =
          values.choice(UnaryOp.TANH, UnaryOp.SIGMOID, UnaryOp.SIN, UnaryOp.COS, UnaryOp.ERF);
      note(builder.unary(op, a), 1, 1.2 * errors.get(a) + 4);
    } else if (choice < 6) {
      UnaryOp op = values.choice(UnaryOp.GELU, UnaryOp.SOFTPLUS, UnaryOp.ABS, UnaryOp.RELU);
      double size = greatest.get(a) + 1;
      note(builder.unary(op, a), size, 1.2 * errors.get(a) + 5 * size);
    } else if (choice < 8) {
      note(builder.binary(values.choice(BinaryOp.ADD, BinaryOp.SUB), a, b), sum, sumOfErrors + sum);
    } else if (choice < 9) {
      double most = Math.max(greatest.get(a), greatest.get(b));
      BinaryOp op = values.choice(BinaryOp.MAXIMUM, BinaryOp.MINIMUM);
      note(builder.binary(op, a, b), most, sumOfErrors);
    } else {
      // the condition is a value that no engine can get wrong
      int condition = builder.binary(BinaryOp.LT, 0, Math.min(1, inputs + scalars));
      note(condition, 1, 0);
      note(builder.where(condition, a, b), sum, sumOfErrors);
    }
  }

  private int register() {
    return values.integer(builder.registers());
  }

  private void note(int register) {
    note(register, Double.NaN, Double.NaN);
  }

  private void note(int register, double size, double error) {
    if (register != greatest.size()) {
      throw new IllegalStateException("register %d was not noted".formatted(greatest.size()));
    }
    note(size, error);
  }

  private void note(double size, double error) {
    greatest.add(size);
    errors.add(error);
  }

  /** One to four results, the last register among them. */
  private void finish() {
    List<Integer> results = new ArrayList<>();
    for (int i = values.integer(4); i > 0; i--) {
      results.add(register());
    }
    results.add(builder.registers() - 1);
    expression = builder.results(results.toArray(new Integer[0]));
  }

  /** For each result how far an engine may be off. */
  double[] errors(double epsilon) {
    return expression.results().stream()
        .mapToDouble(register -> errors.get(register) * epsilon)
        .toArray();
  }

  /** The program over contiguous operands of some length. */
  KernelCase over(int length, Tolerance tolerance) {
    ScheduleBuilder schedule = new ScheduleBuilder();
    List<View> operands = new ArrayList<>();
    float[][] data = new float[inputs][];
    for (int i = 0; i < inputs; i++) {
      operands.add(View.of(schedule.input(length), length));
      data[i] = values.uniform(length);
    }
    List<View> results = new ArrayList<>();
    for (int o = 0; o < expression.results().size(); o++) {
      results.add(View.of(schedule.output(length), length));
    }
    int[] indices = new int[scalars];
    for (int s = 0; s < scalars; s++) {
      indices[s] = schedule.scalar();
    }
    schedule.elementwise(expression, operands, indices, results);
    return new KernelCase(
        "random program %d over %d".formatted(seed, length),
        schedule.build(),
        data,
        values.uniform(scalars),
        tolerance);
  }
}
