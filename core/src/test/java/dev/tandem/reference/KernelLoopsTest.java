package dev.tandem.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.Tolerance;
import dev.tandem.testing.View;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge itself, judged by numbers worked out by hand. */
class KernelLoopsTest {

  private static float[][] runWith(float[] scalars, ScheduleBuilder builder, float[]... inputs) {
    KernelCase kernel = new KernelCase("by hand", builder.build(), inputs, scalars, Tolerance.BITS);
    try (ReferenceBackend backend = ReferenceBackend.inFloatPrecision()) {
      return kernel.run(backend);
    }
  }

  private static float[] run(ScheduleBuilder builder, float[]... inputs) {
    return runWith(new float[0], builder, inputs)[0];
  }

  private static float[] of(float... values) {
    return values;
  }

  @Test
  void everyInstructionRoundsToFloat() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(1), 1);
    View b = View.of(builder.input(1), 1);
    ExpressionBuilder it = new ExpressionBuilder(2, 0);
    int sum = it.binary(BinaryOp.ADD, 0, 1); // 2^24 + 1 is no float
    builder.elementwise(
        it.results(it.binary(BinaryOp.SUB, sum, 0)), View.of(builder.output(1), 1), a, b);
    assertThat(run(builder, of(0x1p24f), of(1))).containsExactly(0);
  }

  @Test
  void selectionTakesNanForTrueAndZerosForFalse() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View condition = View.of(builder.input(5), 5);
    View a = View.of(builder.input(5), 5);
    View b = View.of(builder.input(5), 5);
    ExpressionBuilder it = new ExpressionBuilder(3, 0);
    builder.elementwise(
        it.results(it.where(0, 1, 2)), View.of(builder.output(5), 5), condition, a, b);
    float[] result =
        run(builder, of(1, 0, -0f, Float.NaN, -2), of(1, 2, 3, 4, 5), of(10, 20, 30, 40, 50));
    assertThat(result).containsExactly(1, 20, 30, 4, 5);
  }

  @Test
  void resultsGoToTheirOutputsAndScalarsToTheirRegisters() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(2), 2);
    View scaled = View.of(builder.output(2), 2);
    View shifted = View.of(builder.output(2), 2);
    int shift = builder.scalar();
    int factor = builder.scalar();
    ExpressionBuilder it = new ExpressionBuilder(1, 2);
    int product = it.binary(BinaryOp.MUL, 0, it.scalar(0));
    int sum = it.binary(BinaryOp.ADD, 0, it.scalar(1));
    builder.elementwise(
        it.results(product, sum), List.of(a), new int[] {factor, shift}, List.of(scaled, shifted));
    float[][] results = runWith(of(100, 3), builder, of(1, 2));
    assertThat(results[0]).containsExactly(3, 6);
    assertThat(results[1]).containsExactly(101, 102);
  }

  @Test
  void stridesTransposeAndRepeat() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View matrix = View.of(builder.input(6), 2, 3).transpose();
    View row = View.of(builder.input(2), 1, 2).broadcastTo(3, 2);
    builder.elementwise(
        ExpressionBuilder.of(BinaryOp.ADD), View.of(builder.output(6), 3, 2), matrix, row);
    assertThat(run(builder, of(1, 2, 3, 4, 5, 6), of(10, 20)))
        .containsExactly(11, 24, 12, 25, 13, 26);
  }

  @Test
  void whatNoKernelWritesIsNan() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(2), 2);
    View everySecond = View.of(builder.output(4), 4).slice(0, 1, 2, 2);
    builder.elementwise(Expression.IDENTITY, everySecond, a);
    assertThat(run(builder, of(1, 2))).containsExactly(Float.NaN, 1, Float.NaN, 2);
  }

  @ParameterizedTest
  @EnumSource
  void foldsAlongTheFirstAxis(ReduceOp op) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(6), 3, 2);
    View output = View.of(builder.output(2), 1, 2);
    builder.reduction(op, new boolean[] {true, false}, Expression.IDENTITY, output, a);
    float[] expected =
        switch (op) {
          case SUM -> of(9, 3);
          case MEAN -> of(3, 1);
          case MAX -> of(5, 4);
          case MIN -> of(1, -3);
        };
    assertThat(run(builder, of(1, 2, 3, 4, 5, -3))).containsExactly(expected);
  }

  @ParameterizedTest
  @EnumSource
  void foldsOverNothing(ReduceOp op) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(0), 2, 0);
    View output = View.of(builder.output(2), 2, 1);
    builder.reduction(op, new boolean[] {false, true}, Expression.IDENTITY, output, a);
    float expected =
        switch (op) {
          case SUM -> 0;
          case MEAN -> Float.NaN;
          case MAX -> Float.NEGATIVE_INFINITY;
          case MIN -> Float.POSITIVE_INFINITY;
        };
    assertThat(run(builder, of())).containsExactly(expected, expected);
  }

  @Test
  void foldsTakeTheValueOfTheirExpression() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(4), 2, 2);
    View output = View.of(builder.output(2), 2, 1);
    builder.reduction(
        ReduceOp.SUM, new boolean[] {false, true}, ExpressionBuilder.of(UnaryOp.SQUARE), output, a);
    assertThat(run(builder, of(1, 2, 3, 4))).containsExactly(5, 25);
  }

  @Test
  void sumsAreRoundedOnlyAtTheirEnd() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(4), 4);
    View output = View.of(builder.output(1), 1);
    builder.reduction(ReduceOp.SUM, new boolean[] {true}, Expression.IDENTITY, output, a);
    assertThat(run(builder, of(0x1p24f, 1, 1, -0x1p24f))).containsExactly(2);
  }

  @Test
  void productsOfABatchWithOneRightMatrixAndAnEpilogue() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View left = View.of(builder.input(8), 2, 2, 2);
    View right = View.of(builder.input(4), 1, 2, 2).broadcastTo(2, 2, 2);
    View bias = View.of(builder.input(2), 1, 1, 2).broadcastTo(2, 2, 2);
    View output = View.of(builder.output(8), 2, 2, 2);
    int[] scalars = {builder.scalar()};
    ExpressionBuilder it = new ExpressionBuilder(2, 1);
    int biased = it.binary(BinaryOp.ADD, 0, 1);
    Expression epilogue = it.results(it.binary(BinaryOp.MUL, biased, it.scalar(0)));
    builder.matmul(left, right, output, epilogue, scalars, bias);
    float[][] results =
        runWith(of(2), builder, of(1, 2, 3, 4, 5, 6, 7, 8), of(1, 10, 100, 1000), of(0.5f, -1));
    assertThat(results[0]).containsExactly(403, 4018, 807, 8058, 1211, 12098, 1615, 16138);
  }

  @Test
  void productsWithoutTermsAreZeroBeforeTheEpilogue() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View left = View.of(builder.input(0), 2, 0);
    View right = View.of(builder.input(0), 0, 1);
    View bias = View.of(builder.input(2), 2, 1);
    View output = View.of(builder.output(2), 2, 1);
    builder.matmul(left, right, output, ExpressionBuilder.of(BinaryOp.ADD), new int[0], bias);
    assertThat(run(builder, of(), of(), of(3, 4))).containsExactly(3, 4);
  }
}
