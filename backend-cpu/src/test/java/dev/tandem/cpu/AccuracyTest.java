package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.UnaryOp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How far each function is from its definition in double, in units in the last place of the float
 * result, over a sample of all floats: every exponent, both signs, denormals, infinities, NaN.
 */
class AccuracyTest {

  /**
   * Odd, so that the low bits vary, too: four million floats. With a stride of 3, which takes some
   * minutes, the bounds hold as well.
   */
  private static final int STRIDE = 997;

  private static final int CHUNK = 2048;

  private final MemorySegment memory = Arena.ofAuto().allocate(5 * CHUNK * 4L, 64);
  private final Strip a = new Strip(memory, 0, false);
  private final Strip b = new Strip(memory, CHUNK * 4L, false);
  private final Strip out = new Strip(memory, 2 * CHUNK * 4L, false);
  private final Strip spare = new Strip(memory, 3 * CHUNK * 4L, false);

  @ParameterizedTest
  @CsvSource({
    "EXP, 0.9",
    "LOG, 0.9",
    "TANH, 1.4",
    "SIGMOID, 2.5",
    "GELU, 6.0",
    "SOFTPLUS, 2.0",
    "ERF, 1.1",
    "SIN, 1.6",
    "COS, 1.6"
  })
  void functionsStayWithinTheirUnits(UnaryOp op, double units) {
    StripLoop loop = UnaryLoops.of(op);
    double worst = 0;
    long bits = Integer.MIN_VALUE;
    while (bits <= Integer.MAX_VALUE) {
      for (int i = 0; i < CHUNK; i++, bits += STRIDE) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.intBitsToFloat((int) bits));
      }
      loop.run(a, a, a, out, spare, CHUNK);
      for (int i = 0; i < CHUNK; i++) {
        float x = memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        float is = memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * CHUNK + i);
        worst = Math.max(worst, units(op + "(" + x + ")", is, op.apply(x)));
      }
    }
    assertThat(worst).as("units in the last place").isLessThanOrEqualTo(units);
  }

  /** The distance in units, or an error if not even the kind of number is right. */
  private static double units(String what, float is, double want) {
    float nearest = (float) want;
    if (Float.isNaN(nearest) || Float.isInfinite(nearest) || nearest == 0) {
      if (nearest == 0 && Math.abs(is) == Float.MIN_VALUE) {
        return Math.abs(is - want) / Float.MIN_VALUE;
      }
      assertThat(Float.floatToIntBits(is))
          .as(what + " = " + is)
          .isEqualTo(Float.floatToIntBits(nearest));
      return 0;
    }
    return Math.abs(is - want) / Math.ulp(nearest);
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryOp.class,
      names = {"NEG", "ABS", "SQRT", "SQUARE", "RECIPROCAL", "RELU", "SIGN", "FLOOR"})
  void exactFunctionsGiveTheBitsOfTheDefinition(UnaryOp op) {
    StripLoop loop = UnaryLoops.of(op);
    long bits = Integer.MIN_VALUE;
    while (bits <= Integer.MAX_VALUE) {
      for (int i = 0; i < CHUNK; i++, bits += STRIDE) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.intBitsToFloat((int) bits));
      }
      loop.run(a, a, a, out, spare, CHUNK);
      for (int i = 0; i < CHUNK; i++) {
        float x = memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        float is = memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * CHUNK + i);
        float want = (float) op.apply(x);
        if (Float.floatToIntBits(is) != Float.floatToIntBits(want)) {
          assertThat(is).as("%s(%s)", op, x).isEqualTo(want);
        }
      }
    }
  }

  /** Bases and exponents whose powers are neither all infinite nor all zero. */
  @ParameterizedTest
  @CsvSource({"0.6"})
  void powersStayWithinTheirUnits(double units) {
    StripLoop pow = BinaryLoops.of(BinaryOp.POW);
    double worst = 0;
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < CHUNK; i++) {
        int bits = (round * CHUNK + i) * 20_947;
        float x = Math.abs(Float.intBitsToFloat(bits));
        double most = 150 / Math.max(1e-30, Math.abs(Math.log(x) / Math.log(2)));
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
        float y = (float) (most * ((i * 31 % 997) / 498.0 - 1));
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, CHUNK + i, y);
      }
      pow.run(a, b, b, out, spare, CHUNK);
      for (int i = 0; i < CHUNK; i++) {
        float x = memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        float y = memory.getAtIndex(ValueLayout.JAVA_FLOAT, CHUNK + i);
        float is = memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * CHUNK + i);
        worst = Math.max(worst, units(x + "^" + y, is, BinaryOp.POW.apply(x, y)));
      }
    }
    assertThat(worst).as("units in the last place").isLessThanOrEqualTo(units);
  }
}
