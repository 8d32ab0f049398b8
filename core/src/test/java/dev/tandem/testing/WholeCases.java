package dev.tandem.testing;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;
import java.util.List;
import java.util.stream.Stream;

/**
 * Schedules of several kernels that hand data on in temporaries. Their data are so small that every
 * sum is exact, whatever its order, and results can be compared bit by bit.
 */
public final class WholeCases {

  private WholeCases() {}

  public static Stream<KernelCase> all() {
    return Stream.of(
        trainingStep(1, 1, 1, 1),
        trainingStep(4, 7, 5, 3),
        trainingStep(32, 10, 33, 3),
        trainingStep(128, 17, 31, 2),
        trainingStep(600, 20, 130, 3),
        relay(1),
        relay(207),
        relay(50_001),
        singleElements(1.5f, -0.25f),
        singleElements(-0f, 0f),
        singleElements(0f, -0f),
        singleElements(Float.NaN, 1),
        singleElements(Float.MIN_VALUE, Float.POSITIVE_INFINITY),
        singleElements(-3e38f, -3e38f));
  }

  /**
   * One step of gradient descent of a network with one hidden layer, with the kernels that a tensor
   * program would be lowered to: the loss is an output, four parameters are updated in place, and
   * temporaries whose lives do not overlap lie in one place.
   */
  public static KernelCase trainingStep(int rows, int in, int hidden, int out) {
    ScheduleBuilder b = new ScheduleBuilder();
    View x = View.of(b.input(rows * in), rows, in);
    View y = View.of(b.input(rows * out), rows, out);
    View w1 = View.of(b.input(hidden * in), hidden, in);
    View b1 = View.of(b.input(hidden), 1, hidden);
    View w2 = View.of(b.input(out * hidden), out, hidden);
    View b2 = View.of(b.input(out), 1, out);
    View loss = View.of(b.output(1), 1, 1);
    View newW1 = View.of(b.update(w1.slot()), hidden, in);
    View newB1 = View.of(b.update(b1.slot()), 1, hidden);
    View newW2 = View.of(b.update(w2.slot()), out, hidden);
    View newB2 = View.of(b.update(b2.slot()), 1, out);
    int hiddenSize = (rows * hidden + 15) / 16 * 16;
    int outSize = (rows * out + 15) / 16 * 16;
    View h = View.of(b.temporary(rows * hidden, 0), rows, hidden);
    View d = View.of(b.temporary(rows * out, hiddenSize), rows, out);
    View dh = View.of(b.temporary(rows * hidden, hiddenSize + outSize), rows, hidden);
    View db2 = View.of(b.temporary(out, 2 * hiddenSize + outSize), 1, out);
    View db1 = View.of(b.temporary(hidden, 0), 1, hidden); // where h was
    int[] rate = {b.scalar()};

    ExpressionBuilder relu = new ExpressionBuilder(2, 0);
    Expression biasAndRelu =
        relu.results(relu.unary(UnaryOp.RELU, relu.binary(BinaryOp.ADD, 0, 1)));
    b.matmul(x, w1.transpose(), h, biasAndRelu, new int[0], b1.broadcastTo(rows, hidden));
    ExpressionBuilder difference = new ExpressionBuilder(3, 0);
    int prediction = difference.binary(BinaryOp.ADD, 0, 1);
    Expression error = difference.results(difference.binary(BinaryOp.SUB, prediction, 2));
    b.matmul(h, w2.transpose(), d, error, new int[0], b2.broadcastTo(rows, out), y);
    b.reduction(
        ReduceOp.SUM, new boolean[] {true, true}, ExpressionBuilder.of(UnaryOp.SQUARE), loss, d);
    ExpressionBuilder mask = new ExpressionBuilder(2, 0);
    int active = mask.binary(BinaryOp.GT, 1, mask.constant(0));
    b.matmul(d, w2, dh, mask.results(mask.where(active, 0, mask.constant(0))), new int[0], h);
    boolean[] overRows = {true, false};
    b.reduction(ReduceOp.SUM, overRows, Expression.IDENTITY, db2, d);
    // the gradient of a weight goes straight into its update
    ExpressionBuilder step = new ExpressionBuilder(2, 1);
    int scaled = step.binary(BinaryOp.MUL, step.scalar(0), 0);
    Expression descent = step.results(step.binary(BinaryOp.SUB, 1, scaled));
    b.matmul(d.transpose(), h, newW2, descent, rate, w2);
    b.reduction(ReduceOp.SUM, overRows, Expression.IDENTITY, db1, dh);
    b.matmul(dh.transpose(), x, newW1, descent, rate, w1);
    b.elementwise(descent, List.of(db1, b1), rate, List.of(newB1));
    b.elementwise(descent, List.of(db2, b2), rate, List.of(newB2));

    Values values = new Values(rows);
    return new KernelCase(
            "training step of %d rows, %d-%d-%d".formatted(rows, in, hidden, out),
            b.build(),
            Tolerance.VALUES,
            values.units(rows * in),
            values.units(rows * out),
            values.units(hidden * in),
            values.units(hidden),
            values.units(out * hidden),
            values.units(out))
        .withScalars(0x1p-10f);
  }

  /** Two places of the block written in turn, each kernel reading the other place. */
  public static KernelCase relay(int length) {
    ScheduleBuilder b = new ScheduleBuilder();
    View x = View.of(b.input(length), length);
    View last = View.of(b.output(length), length);
    long second = (length + 15) / 16 * 16;
    View before = x;
    for (int i = 0; i < 9; i++) {
      View next = View.of(b.temporary(length, i % 2 == 0 ? 0 : second), length);
      b.elementwise(ExpressionBuilder.of(BinaryOp.ADD), next, before, x);
      before = next;
    }
    b.elementwise(ExpressionBuilder.of(BinaryOp.MUL), last, before, x);
    return new KernelCase(
        "relay through two places of " + length,
        b.build(),
        Tolerance.BITS,
        new Values(length).units(length));
  }

  /**
   * Numbers handed on from kernel to kernel: through temporaries, through folds of one value, and
   * through an input after its update.
   */
  public static KernelCase singleElements(float x, float y) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(1), 1);
    View b = View.of(builder.input(1), 1);
    View updated = View.of(builder.update(b.slot()), 1);
    View out = View.of(builder.output(1), 1);
    View sum = View.of(builder.temporary(1), 1);
    View lesser = View.of(builder.temporary(1), 1);
    View chosen = View.of(builder.temporary(1), 1);
    int[] rate = {builder.scalar()};

    boolean[] folded = {true};
    builder.reduction(ReduceOp.SUM, folded, Expression.IDENTITY, sum, a);
    builder.reduction(ReduceOp.MIN, folded, ExpressionBuilder.of(BinaryOp.MAXIMUM), lesser, sum, b);
    ExpressionBuilder choice = new ExpressionBuilder(2, 0);
    int quotient = choice.binary(BinaryOp.DIV, 0, choice.unary(UnaryOp.SQUARE, 1));
    int isGreater = choice.binary(BinaryOp.GT, 0, choice.constant(0.5f));
    Expression chosenOf = choice.results(choice.where(isGreater, quotient, 0));
    builder.elementwise(chosenOf, chosen, lesser, a);
    ExpressionBuilder step = new ExpressionBuilder(2, 1);
    int scaled = step.binary(BinaryOp.MUL, step.scalar(0), 0);
    Expression descent = step.results(step.binary(BinaryOp.SUB, 1, scaled));
    builder.elementwise(descent, List.of(chosen, b), rate, List.of(updated));
    builder.elementwise(ExpressionBuilder.of(BinaryOp.ADD), out, updated, a);
    return new KernelCase(
            "single elements %s and %s".formatted(x, y),
            builder.build(),
            Tolerance.VALUES,
            new float[] {x},
            new float[] {y})
        .withScalars(0.1f);
  }
}
