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
  private static final FloatVector MINUS_ONE = constant(-1);

  /** exp is less than half of the least denormal from here on downwards. */
  private static final FloatVector LEAST = constant(-104);

  static final FloatVector LOG2_E = constant(0x1.715476p0f);
  private static final FloatVector MINUS_LOG2_E = LOG2_E.neg();
  static final FloatVector MINUS_LN2_HIGH = LN2_HIGH.neg();
  static final FloatVector MINUS_LN2_LOW = LN2_LOW.neg();

  // Rounders that leave k plus a number in the low bits, so that shifting them to the exponent's
  // place makes a power of two: 127 is an exponent of 0

  /** Leaves the bits of {@code 2^k}. */
  private static final FloatVector TO_POWER = rounderWith(127);

  /** Leaves the bits of {@code -2^k}: 256 is one in the place of the sign. */
  static final FloatVector TO_MINUS_POWER = rounderWith(127 + 256);

  /** Leaves the bits of {@code 2^(k + 64)}. */
  static final FloatVector TO_LIFTED_POWER = rounderWith(127 + 64);

  /** Leaves the bits of {@code 2^(k - 64)}. */
  private static final FloatVector TO_LOWERED_POWER = rounderWith(127 - 64);

  /** Leaves twice 127, for two powers of half the size. */
  private static final FloatVector TO_TWO_POWERS = rounderWith(2 * 127);

  // exp(r) = 1 + r (1 + r (EXP_2 + EXP_3 r + ...))
  private static final FloatVector EXP_2 = constant(0x1.fffffcp-2f);
  private static final FloatVector EXP_3 = constant(0x1.555494p-3f);
  private static final FloatVector EXP_4 = constant(0x1.5558bep-5f);
  private static final FloatVector EXP_5 = constant(0x1.123856p-7f);
  private static final FloatVector EXP_6 = constant(0x1.6a3d04p-10f);
  private static final FloatVector MINUS_EXP_3 = EXP_3.neg();
  private static final FloatVector MINUS_EXP_5 = EXP_5.neg();

  // what may become denormal is computed 2^64 times too large, where floats have all of their
  // digits
  static final FloatVector LOWER = constant(0x1p-64f);

  // tanh(x) = x + x (TANH_2 x^2 + TANH_4 x^4 + ...) below TANH_SMALL
  private static final FloatVector TANH_2 = constant(-0x1.55552ep-2f);
  private static final FloatVector TANH_4 = constant(0x1.11061ap-3f);
  private static final FloatVector TANH_6 = constant(-0x1.b818b0p-5f);
  private static final FloatVector TANH_8 = constant(0x1.513a54p-6f);
  private static final FloatVector TANH_10 = constant(-0x1.71b320p-8f);
  private static final FloatVector TANH_SMALL = constant(0.625f);

  private static final FloatVector TWO = constant(2);

  // the greatest k, as sums with a rounder: a greater one would not fit an exponent, and with what
  // then remains of a large x the results are infinite, 0 and 1 as they should be
  private static final IntVector EXP_MOST = TO_TWO_POWERS.add(200).reinterpretAsInts();
  private static final IntVector SIGMOID_MOST = TO_LOWERED_POWER.add(150).reinterpretAsInts();
  private static final IntVector TANH_MOST = TO_POWER.add(100).reinterpretAsInts();

  /** From here on sigmoid is 1 in float. */
  private static final FloatVector SIGMOID_ONE = constant(40);

  private static final IntVector SIGN_BIT = constant(-0f).reinterpretAsInts();
  private static final IntVector EXPONENT_BITS =
      constant(Float.POSITIVE_INFINITY).reinterpretAsInts();
  private static final int MANTISSA_BITS = 23;

  private Exponentials() {}

  /** {@code exp}, gradual underflow included; at most 0.9 ulp. */
  static void exp(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector rounded = atMost(EXP_MOST, x.fma(LOG2_E, TO_TWO_POWERS));
      FloatVector p = ofRemainder(remainder(x, rounded.sub(TO_TWO_POWERS)));
      timesTwoPowers(p, rounded)
          .blend(ZERO, x.compare(VectorOperators.LT, LEAST))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code 1 / (1 + exp(-x))}; at most 2.5 ulp. */
  static void sigmoid(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector rounded = atMost(SIGMOID_MOST, x.fma(MINUS_LOG2_E, TO_LOWERED_POWER));
      FloatVector p = ofMinusRemainder(minusRemainder(x, rounded.sub(TO_LOWERED_POWER)));
      // both parts of the fraction 2^64 times smaller: exp(104) overflows
      FloatVector denominator = p.fma(powerOfTwo(rounded), LOWER);
      denominator = denominator.blend(LOWER, x.compare(VectorOperators.GT, SIGMOID_ONE));
      LOWER.div(denominator).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code exp(-|x|)}. */
  static void expOfMinusMagnitude(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = minusMagnitude(FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER));
      FloatVector rounded = x.fma(LOG2_E, TO_LIFTED_POWER);
      FloatVector p = ofRemainder(remainder(x, rounded.sub(TO_LIFTED_POWER)));
      p.mul(powerOfTwo(rounded))
          .mul(LOWER)
          .blend(ZERO, x.compare(VectorOperators.LT, LEAST))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code tanh}; at most 1.4 ulp. */
  static void tanh(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      FloatVector magnitude = x.abs();
      FloatVector twice = magnitude.add(magnitude);
      FloatVector rounded = atMost(TANH_MOST, twice.fma(LOG2_E, TO_POWER));
      FloatVector p = ofRemainder(remainder(twice, rounded.sub(TO_POWER)));
      FloatVector large = ONE.sub(TWO.div(p.fma(powerOfTwo(rounded), ONE)));
      VectorMask<Float> isSmall = magnitude.compare(VectorOperators.LT, TANH_SMALL);
      withSign(large.blend(tanhOfSmall(magnitude), isSmall), x)
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  // exp(x) = 2^k exp(r), in pieces

  private static FloatVector rounderWith(int number) {
    return ROUNDER.add(number);
  }

  /**
   * {@code x}, the sum with a rounder, where that is at most {@code most}. NaN may become {@code
   * most}. Compares the bits as whole numbers, which for positive floats is the same and takes one
   * instruction; negative ones stay.
   */
  private static FloatVector atMost(IntVector most, FloatVector x) {
    return x.reinterpretAsInts().min(most).reinterpretAsFloats();
  }

  /** r: x less k times ln 2. */
  static FloatVector remainder(FloatVector x, FloatVector k) {
    return k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, x));
  }

  /** {@code exp(r)} for |r| up to ln(2) / 2. */
  static FloatVector ofRemainder(FloatVector r) {
    FloatVector q = r.fma(EXP_6, EXP_5).fma(r, EXP_4).fma(r, EXP_3).fma(r, EXP_2);
    return q.fma(r, ONE).fma(r, ONE);
  }

  // the same for sigmoid, of -x: negating x instead would take it 3 % longer, and give the same
  // bits

  /** {@code -r}, k being that of {@code -x}. */
  private static FloatVector minusRemainder(FloatVector x, FloatVector k) {
    return k.fma(LN2_LOW, k.fma(LN2_HIGH, x));
  }

  /** {@code exp(-r)}. */
  private static FloatVector ofMinusRemainder(FloatVector r) {
    FloatVector q = r.fma(EXP_6, MINUS_EXP_5).fma(r, EXP_4).fma(r, MINUS_EXP_3).fma(r, EXP_2);
    return q.fma(r, MINUS_ONE).fma(r, ONE);
  }

  /** {@code 2^k}, or what else the rounder left for it in the low bits; throws out the others. */
  static FloatVector powerOfTwo(FloatVector rounded) {
    return rounded
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
        .reinterpretAsFloats();
  }

  /**
   * {@code p * 2^k}, in two steps: at the ends of the range 2^k itself overflows or is denormal.
   */
  private static FloatVector timesTwoPowers(FloatVector p, FloatVector rounded) {
    IntVector bits = rounded.reinterpretAsInts();
    IntVector half = bits.lanewise(VectorOperators.LSHL, MANTISSA_BITS - 1).and(EXPONENT_BITS);
    IntVector rest = bits.lanewise(VectorOperators.LSHL, MANTISSA_BITS).sub(half);
    return p.mul(half.reinterpretAsFloats()).mul(rest.reinterpretAsFloats());
  }

  /** {@code -|x|}. */
  private static FloatVector minusMagnitude(FloatVector x) {
    return x.reinterpretAsInts().or(SIGN_BIT).reinterpretAsFloats();
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
