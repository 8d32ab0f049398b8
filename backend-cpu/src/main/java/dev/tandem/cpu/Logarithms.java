package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** log and softplus, by own polynomials; see {@link Exponentials} for why and how. */
final class Logarithms {

  // log(1 + f) = f + LOG_2 f^2 + ... for f from -1/3 to 1/3
  private static final FloatVector LOG_2 = constant(-0.5f);
  private static final FloatVector LOG_3 = constant(0x1.555506p-2f);
  private static final FloatVector LOG_4 = constant(-0x1.fffefap-3f);
  private static final FloatVector LOG_5 = constant(0x1.99d05cp-3f);
  private static final FloatVector LOG_6 = constant(-0x1.559c32p-3f);
  private static final FloatVector LOG_7 = constant(0x1.1ed450p-3f);
  private static final FloatVector LOG_8 = constant(-0x1.f33baap-4f);
  private static final FloatVector LOG_9 = constant(0x1.1e72b8p-3f);
  private static final FloatVector LOG_10 = constant(-0x1.07ac84p-3f);

  // log(1 + e) = e + LOG1P_2 e^2 + ... for e from 0 to 1
  private static final FloatVector LOG1P_2 = constant(-0x1.fffff8p-2f);
  private static final FloatVector LOG1P_3 = constant(0x1.5553b6p-2f);
  private static final FloatVector LOG1P_4 = constant(-0x1.ffc59ep-3f);
  private static final FloatVector LOG1P_5 = constant(0x1.978b54p-3f);
  private static final FloatVector LOG1P_6 = constant(-0x1.4a72b2p-3f);
  private static final FloatVector LOG1P_7 = constant(0x1.ff28d8p-4f);
  private static final FloatVector LOG1P_8 = constant(-0x1.54f16cp-4f);
  private static final FloatVector LOG1P_9 = constant(0x1.58ff44p-5f);
  private static final FloatVector LOG1P_10 = constant(-0x1.c0a200p-7f);
  private static final FloatVector LOG1P_11 = constant(0x1.113634p-9f);

  private static final FloatVector LEAST_NORMAL = constant(Float.MIN_NORMAL);
  private static final FloatVector INFINITY = constant(Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = constant(Float.NEGATIVE_INFINITY);
  private static final FloatVector NAN = constant(Float.NaN);

  // denormal arguments are multiplied by 2^23
  private static final FloatVector LIFT = constant(0x1p23f);
  private static final FloatVector LIFT_EXPONENT = constant(23);

  /** The bits of 2/3: a mantissa is brought into [2/3, 4/3). */
  private static final IntVector TWO_THIRDS = constant(0x1.555556p-1f).reinterpretAsInts();

  private static final int MANTISSA_BITS = 23;
  private static final IntVector MANTISSA_MASK =
      IntVector.broadcast(TWO_THIRDS.species(), (1 << MANTISSA_BITS) - 1);

  private Logarithms() {}

  /** Natural logarithm, denormal arguments included; at most 0.9 ulp. */
  static void log(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      VectorMask<Float> denormal = x.compare(VectorOperators.LT, LEAST_NORMAL);
      IntVector bits = x.blend(x.mul(LIFT), denormal).reinterpretAsInts().sub(TWO_THIRDS);
      FloatVector exponent = exponent(bits);
      exponent = exponent.blend(exponent.sub(LIFT_EXPONENT), denormal);
      FloatVector f = mantissaLessOne(bits);
      FloatVector result = sum(exponent, f, log1pRest(f));
      // neither infinity nor NaN is below infinity: both are their own logarithm
      result = x.blend(result, x.compare(VectorOperators.LT, INFINITY));
      result = result.blend(MINUS_INFINITY, x.compare(VectorOperators.EQ, Exponentials.ZERO));
      result
          .blend(NAN, x.compare(VectorOperators.LT, Exponentials.ZERO))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /**
   * {@code log(1 + exp(x))} for every x, the far negative ones included; at most 2.0 ulp. Works in
   * {@code n} spare floats.
   */
  static StripLoop softplus() {
    return StripLoop.inTurn(
        (a, b, c, out, spare, n) -> Exponentials.expOfMinusMagnitude(a, spare, n),
        (a, b, c, out, spare, n) -> softplusOfExponential(a, spare, out, n));
  }

  /** {@code log(1 + exp(x))}, given {@code exp(-|x|)}. */
  private static void softplusOfExponential(Strip a, Strip exponential, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment exponentials =
        known(exponential.segment).asSlice(exponential.offset, exponential.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector rest =
          log1pOfFraction(
              FloatVector.fromMemorySegment(
                  SPECIES, exponentials, i * 4L, ORDER)); // log(1 + exp(-|x|))
      rest.blend(rest.add(x), x.compare(VectorOperators.GT, Exponentials.ZERO))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static FloatVector exponent(IntVector bits) {
    IntVector exponent = bits.lanewise(VectorOperators.ASHR, MANTISSA_BITS);
    return (FloatVector) exponent.convert(VectorOperators.I2F, 0);
  }

  private static FloatVector mantissaLessOne(IntVector bits) {
    IntVector mantissa = bits.and(MANTISSA_MASK).add(TWO_THIRDS);
    return mantissa.reinterpretAsFloats().sub(Exponentials.ONE);
  }

  /** {@code (log(1 + f) - f) / f} for f from -1/3 to 1/3. */
  private static FloatVector log1pRest(FloatVector f) {
    FloatVector q = f.fma(LOG_10, LOG_9).fma(f, LOG_8).fma(f, LOG_7).fma(f, LOG_6);
    return q.fma(f, LOG_5).fma(f, LOG_4).fma(f, LOG_3).fma(f, LOG_2).mul(f);
  }

  /** {@code exponent * ln 2 + f + f * q}, the small terms first. */
  private static FloatVector sum(FloatVector exponent, FloatVector f, FloatVector q) {
    FloatVector low = q.fma(f, exponent.mul(Exponentials.LN2_LOW)).add(f);
    return exponent.fma(Exponentials.LN2_HIGH, low);
  }

  /** {@code log(1 + e)} for e from 0 to 1. */
  private static FloatVector log1pOfFraction(FloatVector e) {
    FloatVector q = e.fma(LOG1P_11, LOG1P_10).fma(e, LOG1P_9).fma(e, LOG1P_8).fma(e, LOG1P_7);
    q = q.fma(e, LOG1P_6).fma(e, LOG1P_5).fma(e, LOG1P_4).fma(e, LOG1P_3).fma(e, LOG1P_2);
    return q.mul(e).fma(e, e);
  }
}
