package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * exp and the functions made of it: sigmoid and tanh. Own polynomials: as a loop of their own they
 * are faster than {@code lanewise}, they exist on every platform, and they give the same bits on
 * all. {@code ExponentialsTest} states and checks the errors.
 */
final class Exponentials {

  /** Adding it to a float below 2^22 rounds that to a whole number, in the low bits of the sum. */
  static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts; the first has zeros at its end, so that small multiples of it are exact. */
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** exp overflows above. */
  private static final float EXP_MAX = 0x1.62e42ep6f;

  /** exp is less than half of the least denormal below. */
  private static final float EXP_MIN = -0x1.9fe368p6f;

  private static final int BIAS = 127;
  private static final int MANTISSA_BITS = 23;

  /** Below it tanh is computed by an odd polynomial. */
  private static final float TANH_POLYNOMIAL = 0.625f;

  private Exponentials() {}

  /** {@code exp}, gradual underflow included; at most 0.9 ulp. */
  static void exp(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(exp(uniform ? a0 : load(from, i)), to, i);
    }
  }

  /** {@code 1 / (1 + exp(-x))}; at most 2 ulp. */
  static void sigmoid(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      FloatVector e = expOfNonPositive(x.abs().neg());
      FloatVector one = FloatVector.broadcast(SPECIES, 1f);
      FloatVector numerator = one.blend(e, x.compare(VectorOperators.LT, 0f));
      store(numerator.div(e.add(1f)), to, i);
    }
  }

  /** {@code tanh}; at most 1.3 ulp. */
  static void tanh(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(tanh(uniform ? a0 : load(from, i)), to, i);
    }
  }

  /** {@code 2^(whole + fraction) * ln2}: what is left of x after whole multiples of ln 2. */
  private static FloatVector remainder(FloatVector x, FloatVector whole) {
    FloatVector high = whole.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
    return whole.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), high);
  }

  /** {@code exp(r)} for |r| up to ln(2) / 2. */
  private static FloatVector expOfRemainder(FloatVector r) {
    FloatVector q = FloatVector.broadcast(SPECIES, 0x1.6d5278p-10f);
    q = r.fma(FloatVector.broadcast(SPECIES, 0x1.9e08c2p-13f), q);
    q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.11130cp-7f));
    q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.5554e4p-5f));
    q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.555554p-3f));
    q = q.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
    return q.mul(r).fma(r, r).add(1f); // 1 + (r + r^2 q): the small terms are summed first
  }

  /** {@code 2^k} for the whole number that {@code rounded} holds in its low bits. */
  private static FloatVector powerOfTwo(IntVector k) {
    return k.add(BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats();
  }

  static FloatVector exp(FloatVector x) {
    FloatVector result = expOfNonPositive(x);
    FloatVector infinite =
        result.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_MAX));
    return infinite;
  }

  /** {@code exp(x)} for x up to {@link #EXP_MAX}, or NaN. */
  static FloatVector expOfNonPositive(FloatVector x) {
    FloatVector rounded =
        x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
    FloatVector whole = rounded.sub(ROUNDER);
    FloatVector p = expOfRemainder(remainder(x, whole));
    // two factors: 2^k itself overflows or is denormal at the ends of the range
    IntVector k = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    FloatVector scaled = p.mul(powerOfTwo(half)).mul(powerOfTwo(k.sub(half)));
    return scaled.blend(0f, x.compare(VectorOperators.LT, EXP_MIN));
  }

  /** {@code exp(x)} for x from -80 to {@link #EXP_MAX} - 1, or NaN: one scale factor will do. */
  static FloatVector expOfModerate(FloatVector x) {
    FloatVector rounded =
        x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
    FloatVector whole = rounded.sub(ROUNDER);
    FloatVector p = expOfRemainder(remainder(x, whole));
    return p.mul(powerOfTwo(rounded.reinterpretAsInts().sub(ROUNDER_BITS)));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    // from 10 on tanh is 1 in float; a NaN fails the comparison and stays
    FloatVector bounded = magnitude.blend(10f, magnitude.compare(VectorOperators.GT, 10f));
    FloatVector e = expOfModerate(bounded.add(bounded));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector large = one.sub(FloatVector.broadcast(SPECIES, 2f).div(e.add(1f)));
    FloatVector z = x.mul(x);
    FloatVector p = FloatVector.broadcast(SPECIES, 0x1.513a54p-6f);
    p = z.fma(FloatVector.broadcast(SPECIES, -0x1.71b320p-8f), p);
    p = p.fma(z, FloatVector.broadcast(SPECIES, -0x1.b818b0p-5f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, 0x1.11061ap-3f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, -0x1.55552ep-2f));
    FloatVector small = p.mul(z).fma(magnitude, magnitude);
    VectorMask<Float> isSmall = magnitude.compare(VectorOperators.LT, TANH_POLYNOMIAL);
    return copySign(large.blend(small, isSmall), x);
  }

  /** {@code magnitude}, not negative, with the sign of {@code sign}. */
  static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
    IntVector bits = sign.reinterpretAsInts().and(0x8000_0000);
    return magnitude.reinterpretAsInts().or(bits).reinterpretAsFloats();
  }
}
