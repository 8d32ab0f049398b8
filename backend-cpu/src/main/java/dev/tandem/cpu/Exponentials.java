package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * exp and the functions made of it: sigmoid and tanh. Own polynomials: as a loop of their own they
 * are faster than {@code lanewise}, they exist on every platform, and they give the same bits on
 * all. {@code AccuracyTest} states and checks the errors.
 *
 * <p>The JIT gives up on a loop whose vector operations make too many compiler nodes, and then
 * boxes every vector. Three habits keep these loops below that: coefficients are constant vectors,
 * the cheapest form of operand; shared pieces are so small that they are always inlined, even when
 * one happened to be compiled by itself first; and long functions take two loops.
 */
final class Exponentials {

  /** Adding it to a float below 2^22 rounds that to a whole number, in the low bits of the sum. */
  static final FloatVector ROUNDER = constant(0x1.8p23f);

  // ln 2 in two parts; the first has zeros at its end, so that small multiples of it are exact
  static final FloatVector LN2_HIGH = constant(0x1.62e4p-1f);
  static final FloatVector LN2_LOW = constant(0x1.7f7d1cp-20f);

  static final FloatVector ZERO = constant(0);
  static final FloatVector ONE = constant(1);

  /** exp is less than half of the least denormal from here on downwards. */
  private static final FloatVector LEAST = constant(-104);

  /** exp overflows above. */
  private static final FloatVector GREATEST = constant(0x1.62e42ep6f);

  private static final FloatVector INFINITY = constant(Float.POSITIVE_INFINITY);
  private static final FloatVector LOG2_E = constant(0x1.715476p0f);
  private static final FloatVector MINUS_LN2_HIGH = LN2_HIGH.neg();
  private static final FloatVector MINUS_LN2_LOW = LN2_LOW.neg();

  // exp(r) = 1 + r (1 + r (EXP_2 + EXP_3 r + ...))
  private static final FloatVector EXP_2 = constant(0x1.fffffcp-2f);
  private static final FloatVector EXP_3 = constant(0x1.555494p-3f);
  private static final FloatVector EXP_4 = constant(0x1.5558bep-5f);
  private static final FloatVector EXP_5 = constant(0x1.123856p-7f);
  private static final FloatVector EXP_6 = constant(0x1.6a3d04p-10f);

  // small results are computed LIFT times too large, where floats have all of their digits
  private static final FloatVector LIFT = constant(0x1p64f);
  static final FloatVector LOWER = constant(0x1p-64f);

  // tanh(x) = x + x (TANH_2 x^2 + TANH_4 x^4 + ...) below TANH_SMALL
  private static final FloatVector TANH_2 = constant(-0x1.55552ep-2f);
  private static final FloatVector TANH_4 = constant(0x1.11061ap-3f);
  private static final FloatVector TANH_6 = constant(-0x1.b818b0p-5f);
  private static final FloatVector TANH_8 = constant(0x1.513a54p-6f);
  private static final FloatVector TANH_10 = constant(-0x1.71b320p-8f);
  private static final FloatVector TANH_SMALL = constant(0.625f);

  /** From here on tanh is 1 in float. */
  private static final FloatVector TANH_ONE = constant(10);

  private static final FloatVector TWO = constant(2);

  private static final IntVector BIAS = ONE.reinterpretAsInts();
  private static final IntVector LIFTED_BIAS = LIFT.reinterpretAsInts();
  private static final IntVector SIGN_BIT = constant(-0f).reinterpretAsInts();
  private static final int MANTISSA_BITS = 23;

  private Exponentials() {}

  /** {@code exp}, gradual underflow included; at most 0.9 ulp. */
  static void exp(Strip a, Strip out, int n) {
    MemorySegment from = a.segment.asSlice(a.offset, a.bytes(n));
    MemorySegment to = out.segment.asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector rounded = rounded(x);
      FloatVector e = scaled(ofRemainder(remainder(x, rounded)), rounded);
      e = e.blend(INFINITY, x.compare(VectorOperators.GT, GREATEST));
      e.blend(ZERO, x.compare(VectorOperators.LT, LEAST)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code 1 / (1 + exp(-x))}; at most 2.5 ulp. */
  static void sigmoid(Strip a, Strip out, int n) {
    MemorySegment from = a.segment.asSlice(a.offset, a.bytes(n));
    MemorySegment to = out.segment.asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector lifted = liftedExp(atLeast(LEAST, minusMagnitude(x)));
      FloatVector numerator = LIFT.blend(lifted, x.compare(VectorOperators.LT, ZERO));
      numerator.div(lifted.fma(LOWER, ONE)).mul(LOWER).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code exp(-|x|)}. */
  static void expOfMinusMagnitude(Strip a, Strip out, int n) {
    MemorySegment from = a.segment.asSlice(a.offset, a.bytes(n));
    MemorySegment to = out.segment.asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      liftedExp(atLeast(LEAST, minusMagnitude(x))).mul(LOWER).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code tanh}; at most 1.4 ulp. */
  static void tanh(Strip a, Strip out, int n) {
    MemorySegment from = a.segment.asSlice(a.offset, a.bytes(n));
    MemorySegment to = out.segment.asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector magnitude = x.abs();
      // a NaN fails the comparison and stays
      FloatVector bounded =
          magnitude.blend(TANH_ONE, magnitude.compare(VectorOperators.GT, TANH_ONE));
      FloatVector twice = bounded.add(bounded);
      FloatVector rounded = rounded(twice);
      FloatVector e = scaledOnce(ofRemainder(remainder(twice, rounded)), rounded);
      FloatVector large = ONE.sub(TWO.div(e.add(ONE)));
      VectorMask<Float> isSmall = magnitude.compare(VectorOperators.LT, TANH_SMALL);
      withSign(large.blend(tanhOfSmall(magnitude), isSmall), x)
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  // exp(x) = 2^k exp(r), in pieces

  /** The whole number k nearest to {@code x / ln 2}, as {@link #ROUNDER} plus k. */
  static FloatVector rounded(FloatVector x) {
    return x.fma(LOG2_E, ROUNDER);
  }

  /** r: x less k times ln 2. */
  static FloatVector remainder(FloatVector x, FloatVector rounded) {
    FloatVector k = rounded.sub(ROUNDER);
    return k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, x));
  }

  /** {@code exp(r)} for |r| up to ln(2) / 2. */
  static FloatVector ofRemainder(FloatVector r) {
    FloatVector q = r.fma(EXP_6, EXP_5).fma(r, EXP_4).fma(r, EXP_3).fma(r, EXP_2);
    return q.fma(r, ONE).fma(r, ONE);
  }

  /** {@code 2^64 exp(x)} for x from {@link #LEAST} to 0. */
  private static FloatVector liftedExp(FloatVector x) {
    FloatVector rounded = rounded(x);
    return lifted(ofRemainder(remainder(x, rounded)), rounded);
  }

  /**
   * {@code p * 2^k}, in two steps: at the ends of the range 2^k itself overflows or is denormal.
   */
  private static FloatVector scaled(FloatVector p, FloatVector rounded) {
    IntVector k = rounded.reinterpretAsInts();
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half, BIAS)).mul(powerOfTwo(k.sub(half), BIAS));
  }

  /** {@code p * 2^k} for k from -190 to 0, {@link #LIFT} times too large. */
  static FloatVector lifted(FloatVector p, FloatVector rounded) {
    return p.mul(powerOfTwo(rounded.reinterpretAsInts(), LIFTED_BIAS));
  }

  /** {@code p * 2^k} where 2^k is a normal float. */
  static FloatVector scaledOnce(FloatVector p, FloatVector rounded) {
    return p.mul(powerOfTwo(rounded.reinterpretAsInts(), BIAS));
  }

  /** {@code 2^k}; the bits of {@link #ROUNDER} may be in k still, the shift throws them out. */
  private static FloatVector powerOfTwo(IntVector k, IntVector bias) {
    return k.lanewise(VectorOperators.LSHL, MANTISSA_BITS).add(bias).reinterpretAsFloats();
  }

  /** {@code -|x|}. */
  private static FloatVector minusMagnitude(FloatVector x) {
    return x.reinterpretAsInts().or(SIGN_BIT).reinterpretAsFloats();
  }

  /** {@code x}, or {@code least} where that is greater; a NaN stays. */
  private static FloatVector atLeast(FloatVector least, FloatVector x) {
    return x.blend(least, x.compare(VectorOperators.LT, least));
  }

  private static FloatVector tanhOfSmall(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = z.fma(TANH_10, TANH_8).fma(z, TANH_6).fma(z, TANH_4).fma(z, TANH_2);
    return p.mul(z).fma(x, x);
  }

  /** {@code magnitude}, not negative, with the sign of {@code sign}. */
  static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(SIGN_BIT);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }
}
