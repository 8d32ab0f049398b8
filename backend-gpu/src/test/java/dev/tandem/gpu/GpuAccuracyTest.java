package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.Exact;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How far each function is from its definition in double, in units in the last place of the float
 * result, over a sample of all floats: every exponent, both signs, infinities, NaN. Denormals are
 * left out: devices may take them for zero.
 */
final class GpuAccuracyTest extends OnGpu {

  /** Odd, so that the low bits vary, too. */
  private static final int STRIDE = 40_009;

  private static final int COUNT = (int) ((1L << 32) / STRIDE);

  private static float[] sample() {
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      float value = Float.intBitsToFloat(Integer.MIN_VALUE + i * STRIDE);
      values[i] = Math.abs(value) < Float.MIN_NORMAL ? 0 : value;
    }
    return values;
  }

  private float[] onDevice(UnaryOp op, float[] values) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View input = View.of(builder.input(COUNT), COUNT);
    View output = View.of(builder.output(COUNT), COUNT);
    builder.elementwise(ExpressionBuilder.of(op), output, input);
    try (Executable executable = backend().compile(builder.build());
        Buffer in = Buffers.of(backend(), values);
        Buffer out = backend().allocate(COUNT)) {
      executable.run(new Buffer[] {in}, new Buffer[] {out}, new float[0]);
      return Buffers.contents(out);
    }
  }

  /** As {@link ElementFunctions} promises for devices whose own functions keep to 1 unit. */
  @ParameterizedTest
  @CsvSource({
    "EXP, 2",
    "LOG, 2",
    "TANH, 2",
    "SIGMOID, 3",
    "GELU, 8",
    "SOFTPLUS, 2",
    "ERF, 2",
    "SIN, 2",
    "COS, 2",
    "SQRT, 1"
  })
  void functionsStayWithinTheirUnits(UnaryOp op, int units) {
    float[] values = sample();
    float[] nearest = new float[COUNT];
    float[] allowed = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      nearest[i] = (float) op.apply(values[i]);
      allowed[i] = units * Math.ulp(nearest[i]);
    }
    Exact.check(op.name(), onDevice(op, values), nearest, allowed);
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryOp.class,
      names = {"NEG", "ABS", "SQUARE", "RELU", "SIGN", "FLOOR"})
  void exactFunctionsGiveTheBitsOfTheDefinition(UnaryOp op) {
    float[] values = sample();
    float[] results = onDevice(op, values);
    for (int i = 0; i < COUNT; i++) {
      float want = (float) op.apply(values[i]);
      if (Math.abs(want) >= Float.MIN_NORMAL || want == 0) {
        assertThat(Float.floatToIntBits(results[i]))
            .as("%s(%s) = %s", op, values[i], results[i])
            .isEqualTo(Float.floatToIntBits(want));
      }
    }
  }
}
