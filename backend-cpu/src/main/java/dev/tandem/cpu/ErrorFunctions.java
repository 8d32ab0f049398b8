package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * erf, and gelu in its exact form, by own polynomials; see {@link Exponentials} for why and how.
 */
final class ErrorFunctions {

  // erf(x) = x + x (ERF_0 + ERF_2 x^2 + ...) below 1
  private static final FloatVector ERF_0 = constant(0x1.06eba8p-3f);
  private static final FloatVector ERF_2 = constant(-0x1.81273ep-2f);
  private static final FloatVector ERF_4 = constant(0x1.ce2ce6p-4f);
  private static final FloatVector ERF_6 = constant(-0x1.b7f71ap-6f);
  private static final FloatVector ERF_8 = constant(0x1.53f224p-8f);
  private static final FloatVector ERF_10 = constant(-0x1.a3515ep-11f);
  private static final FloatVector ERF_12 = constant(0x1.4771fcp-14f);

  // log(1 - erf(y)) = TAIL_0 + TAIL_1 y + ... from 1 to ERF_ONE
  private static final FloatVector TAIL_0 = constant(-0x1.5cd78cp-12f);
  private static final FloatVector TAIL_1 = constant(-0x1.208b1ap0f);
  private static final FloatVector TAIL_2 = constant(-0x1.46b432p-1f);
  private static final FloatVector TAIL_3 = constant(-0x1.a67e86p-4f);
  private static final FloatVector TAIL_4 = constant(0x1.6618200p-6f);
  private static final FloatVector TAIL_5 = constant(-0x1.82e8e2p-9f);
  private static final FloatVector TAIL_6 = constant(0x1.87b3f6p-13f);

  /** From here on erf is 1 in float. */
  private static final FloatVector ERF_ONE = constant(4.1f);

  // W(q) = W_0 + W_1 q + ..., see gelu
  private static final FloatVector W_0 = constant(0x1.69cee6p-1f);
  private static final FloatVector W_1 = constant(-0x1.bc19cap-2f);
  private static final FloatVector W_2 = constant(0x1.0e4fb4p-3f);
  private static final FloatVector W_3 = constant(0x1.2eb454p-7f);
  private static final FloatVector W_4 = constant(-0x1.0c95c8p-6f);
  private static final FloatVector W_5 = constant(-0x1.a62444p-10f);
  private static final FloatVector W_6 = constant(0x1.4cfb98p-9f);
  private static final FloatVector W_7 = constant(0x1.70bbacp-11f);
  private static final FloatVector W_8 = constant(-0x1.53fb6cp-12f);
  private static final FloatVector W_9 = constant(-0x1.66977ap-13f);

  private static final FloatVector W_CENTRE = constant(2.5f);
  private static final FloatVector MINUS_WIDTH = constant(-5);

  /** Below its negative, gelu is less than half of the least denormal. */
  private static final FloatVector GELU_ZERO = constant(14.5f);

  private static final FloatVector MINUS_HALF = constant(-0.5f);

  private ErrorFunctions() {}

  /** Gauss's error function; at most 1.1 ulp. Works in {@code n} spare floats. */
  static StripLoop erf() {
    return StripLoop.inTurn(
        (a, b, c, out, spare, n) -> logarithmOfTail(a, spare, n),
        (a, b, c, out, spare, n) -> erfOfLogarithm(spare, n),
        (a, b, c, out, spare, n) -> chooseErf(a, spare, out, n));
  }

  /** {@code erf(a[i])}, given that of the large {@code |a[i]|}. */
  private static void chooseErf(Strip a, Strip ofLarge, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment large = known(ofLarge.segment).asSlice(ofLarge.offset, ofLarge.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector y = x.abs();
      VectorMask<Float> isLarge = y.compare(VectorOperators.GE, Exponentials.ONE);
      FloatVector result =
          erfOfSmall(y)
              .blend(FloatVector.fromMemorySegment(SPECIES, large, i * 4L, ORDER), isLarge);
      Exponentials.withSign(result, x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code log(1 - erf(|x|))} where |x| is at least 1. */
  private static void logarithmOfTail(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER).abs();
      y = y.blend(ERF_ONE, y.compare(VectorOperators.GT, ERF_ONE));
      logOfTail(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code 1 - exp(x)}, in place. */
  private static void erfOfLogarithm(Strip strip, int n) {
    MemorySegment values = known(strip.segment).asSlice(strip.offset, strip.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector l = FloatVector.fromMemorySegment(SPECIES, values, i * 4L, ORDER);
      FloatVector rounded = l.fma(Exponentials.LOG2_E, Exponentials.TO_MINUS_POWER);
      FloatVector k = rounded.sub(Exponentials.TO_MINUS_POWER);
      FloatVector p = Exponentials.ofRemainder(Exponentials.remainder(l, k));
      p.fma(Exponentials.powerOfTwo(rounded), Exponentials.ONE)
          .intoMemorySegment(values, i * 4L, ORDER);
    }
  }

  /**
   * {@code x * P(X <= x)} for a standard normal X; at most 6.0 ulp, also in the negative tail.
   *
   * <p>With y = |x|, the smaller tail P(X > y) is exp(-y^2 / 2) * u * W(q), where u = 1 / (y + 2.5)
   * and q = (y - 2.5) / (y + 2.5); W varies between 0.4 and 1.3 only. gelu(x) = max(x, 0) - y P(X >
   * y). Works in {@code n} spare floats.
   */
  static StripLoop gelu() {
    return StripLoop.inTurn(
        (a, b, c, out, spare, n) -> geluFactor(a, spare, n),
        (a, b, c, out, spare, n) -> geluOfFactor(a, spare, out, n));
  }

  /** {@code y * u * W(q)}. */
  private static void geluFactor(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER).abs();
      FloatVector u = Exponentials.ONE.div(y.add(W_CENTRE));
      FloatVector q = u.fma(MINUS_WIDTH, Exponentials.ONE);
      polynomialW(q).mul(u).mul(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code max(x, 0)} less {@code exp(-y^2 / 2)} times the factor. */
  private static void geluOfFactor(Strip a, Strip factor, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment factors = known(factor.segment).asSlice(factor.offset, factor.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector y = x.abs();
      FloatVector half = y.mul(MINUS_HALF);
      FloatVector rounded = half.mul(y).fma(Exponentials.LOG2_E, Exponentials.TO_LIFTED_POWER);
      FloatVector k = rounded.sub(Exponentials.TO_LIFTED_POWER);
      // k times the high part is exact, and so is y^2 in a multiply-add
      FloatVector r =
          k.fma(Exponentials.MINUS_LN2_LOW, half.fma(y, k.mul(Exponentials.MINUS_LN2_HIGH)));
      // the factor before 2^k: the product may be denormal and should be rounded once
      FloatVector tail =
          Exponentials.ofRemainder(r)
              .mul(FloatVector.fromMemorySegment(SPECIES, factors, i * 4L, ORDER))
              .mul(Exponentials.powerOfTwo(rounded))
              .mul(Exponentials.LOWER)
              .blend(Exponentials.ZERO, y.compare(VectorOperators.GT, GELU_ZERO));
      // times 0 and not 0: negative infinity gives NaN
      x.blend(x.mul(Exponentials.ZERO), x.compare(VectorOperators.LT, Exponentials.ZERO))
          .sub(tail)
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static FloatVector erfOfSmall(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = z.fma(ERF_12, ERF_10).fma(z, ERF_8).fma(z, ERF_6).fma(z, ERF_4);
    return p.fma(z, ERF_2).fma(z, ERF_0).fma(x, x);
  }

  private static FloatVector logOfTail(FloatVector y) {
    FloatVector l = y.fma(TAIL_6, TAIL_5).fma(y, TAIL_4).fma(y, TAIL_3);
    return l.fma(y, TAIL_2).fma(y, TAIL_1).fma(y, TAIL_0);
  }

  private static FloatVector polynomialW(FloatVector q) {
    FloatVector w = q.fma(W_9, W_8).fma(q, W_7).fma(q, W_6).fma(q, W_5);
    return w.fma(q, W_4).fma(q, W_3).fma(q, W_2).fma(q, W_1).fma(q, W_0);
  }
}
