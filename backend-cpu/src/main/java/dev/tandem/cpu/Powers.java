package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code pow}, with C's rules for the special values; at most 0.6 ulp. {@code |x|^y = 2^(y log2
 * |x|)} is computed in double, since float would lose all digits of a large exponent: a vector of
 * floats is two vectors of doubles. Signs and special values come last.
 */
final class Powers {

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  /** As many floats as a vector has doubles. */
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final int HALF_LANES = HALF.length();

  // log2(m) = s (LOG_0 + LOG_2 s^2 + ...) with s = (m - 1) / (m + 1), for m from 2/3 to 4/3
  private static final DoubleVector LOG_0 = exact(0x1.71547652b7e8ap1);
  private static final DoubleVector LOG_2 = exact(0x1.ec709dcb67fbep-1);
  private static final DoubleVector LOG_4 = exact(0x1.2776bc4266942p-1);
  private static final DoubleVector LOG_6 = exact(0x1.a61ea625687bap-2);
  private static final DoubleVector LOG_8 = exact(0x1.46f1a84fc2704p-2);
  private static final DoubleVector LOG_10 = exact(0x1.29dacd2904732p-2);

  // 2^r = EXP_0 + EXP_1 r + ... for r from -1/2 to 1/2
  private static final DoubleVector EXP_0 = exact(0x1.0000000261536p0);
  private static final DoubleVector EXP_1 = exact(0x1.62e430c7e90a0p-1);
  private static final DoubleVector EXP_2 = exact(0x1.ebfbdadca83ccp-3);
  private static final DoubleVector EXP_3 = exact(0x1.c6aed4b968a8bp-5);
  private static final DoubleVector EXP_4 = exact(0x1.3b2dbbc6b717dp-7);
  private static final DoubleVector EXP_5 = exact(0x1.5f456a812453cp-10);
  private static final DoubleVector EXP_6 = exact(0x1.41d32f9276ef9p-13);

  /** Adding it to a double below 2^51 rounds that to a whole number, in the low bits of the sum. */
  private static final DoubleVector ROUNDER = exact(0x1.8p52);

  /** Beyond it 2^t overflows any float, and is zero on the other side. */
  private static final DoubleVector GREATEST = exact(1000.0);

  private static final DoubleVector LEAST = exact(-1000.0);
  private static final DoubleVector TWO = exact(2.0);
  private static final LongVector BIAS = exact(1.0).reinterpretAsLongs();
  private static final int DOUBLE_MANTISSA_BITS = 52;

  // the mantissa of a float is brought into [2/3, 4/3)
  private static final int TWO_THIRDS_BITS = 0x3f2a_aaab;
  private static final int MANTISSA_BITS = 23;
  private static final int MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;
  private static final float LIFT = 0x1p23f;

  private static final FloatVector ONE = constant(1f);
  private static final FloatVector ZERO = constant(0f);
  private static final FloatVector NAN = constant(Float.NaN);
  private static final FloatVector MINUS_ONE = constant(-1f);
  private static final FloatVector INFINITY = constant(Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = constant(Float.NEGATIVE_INFINITY);

  /** From here on every float is even. */
  private static final FloatVector ALL_EVEN = constant(0x1p24f);

  private static final FloatVector POINT_FIVE = constant(0.5f);

  private Powers() {}

  private static DoubleVector exact(double value) {
    return DoubleVector.broadcast(DOUBLES, value);
  }

  /**
   * {@code out[i] = a[i]^b[i]}.
   *
   * @param spare {@code 2 n} floats to work in
   */
  static void pow(Strip a, Strip b, Strip out, Strip spare, int n) {
    logarithms(a, spare, n);
    multiply(b, spare, n);
    exponentials(spare, n);
    complete(a, b, out, spare, n);
  }

  /** {@code to[i] = log2(|a[i]|)} in double, -infinity for 0. */
  private static void logarithms(Strip a, Strip out, int n) {
    MemorySegment to = out.segment.asSlice(out.offset, 8L * n);
    MemorySegment from = a.segment.asSlice(a.offset, a.bytes(n));
    int count = a.uniform ? LANES : n;
    for (int i = 0; i < count; i += HALF_LANES) {
      FloatVector x = FloatVector.fromMemorySegment(HALF, from, i * 4L, ORDER).abs();
      VectorMask<Float> denormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = x.blend(x.mul(LIFT), denormal).reinterpretAsInts().sub(TWO_THIRDS_BITS);
      FloatVector e =
          (FloatVector)
              bits.lanewise(VectorOperators.ASHR, MANTISSA_BITS).convert(VectorOperators.I2F, 0);
      e = e.blend(e.sub(MANTISSA_BITS), denormal);
      e = e.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      e = e.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
      FloatVector f = bits.and(MANTISSA_MASK).add(TWO_THIRDS_BITS).reinterpretAsFloats().sub(1);
      logOfMantissa(widen(f)).add(widen(e)).intoMemorySegment(to, i * 8L, ORDER);
    }
    if (a.uniform) {
      repeat(out, n);
    }
  }

  private static DoubleVector widen(FloatVector x) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  private static DoubleVector logOfMantissa(DoubleVector f) {
    DoubleVector s = f.div(f.add(TWO));
    DoubleVector z = s.mul(s);
    DoubleVector p = z.fma(LOG_10, LOG_8).fma(z, LOG_6).fma(z, LOG_4).fma(z, LOG_2);
    return p.fma(z, LOG_0).mul(s);
  }

  /** Repeats the first doubles, a vector of floats' worth. */
  private static void repeat(Strip out, int n) {
    MemorySegment doubles = out.segment.asSlice(out.offset, 8L * n);
    for (int i = LANES; i < n; i += LANES) {
      MemorySegment.copy(doubles, 0, doubles, i * 8L, LANES * 8L);
    }
  }

  /** {@code doubles[i] = doubles[i] * b[i]}. */
  private static void multiply(Strip b, Strip out, int n) {
    MemorySegment from = b.segment.asSlice(b.offset, b.bytes(n));
    MemorySegment doubles = out.segment.asSlice(out.offset, 8L * n);
    int step = b.uniform ? 0 : HALF_LANES;
    for (int i = 0, source = 0; i < n; i += HALF_LANES, source += step) {
      DoubleVector y = widen(FloatVector.fromMemorySegment(HALF, from, source * 4L, ORDER));
      DoubleVector.fromMemorySegment(DOUBLES, doubles, i * 8L, ORDER)
          .mul(y)
          .intoMemorySegment(doubles, i * 8L, ORDER);
    }
  }

  /** Replaces doubles t by the floats 2^t, which take half of the memory. */
  private static void exponentials(Strip out, int n) {
    MemorySegment memory = out.segment.asSlice(out.offset, 8L * n);
    for (int i = 0; i < n; i += HALF_LANES) {
      DoubleVector t = DoubleVector.fromMemorySegment(DOUBLES, memory, i * 8L, ORDER);
      t = t.blend(GREATEST, t.compare(VectorOperators.GT, GREATEST));
      t = t.blend(LEAST, t.compare(VectorOperators.LT, LEAST));
      DoubleVector rounded = t.add(ROUNDER);
      DoubleVector r = t.sub(rounded.sub(ROUNDER));
      LongVector scale =
          rounded.reinterpretAsLongs().lanewise(VectorOperators.LSHL, DOUBLE_MANTISSA_BITS);
      DoubleVector power = powerOfFraction(r).mul(scale.add(BIAS).reinterpretAsDoubles());
      power.convertShape(VectorOperators.D2F, HALF, 0).intoMemorySegment(memory, i * 4L, ORDER);
    }
  }

  private static DoubleVector powerOfFraction(DoubleVector r) {
    DoubleVector p = r.fma(EXP_6, EXP_5).fma(r, EXP_4).fma(r, EXP_3);
    return p.fma(r, EXP_2).fma(r, EXP_1).fma(r, EXP_0);
  }

  /** Gives |a|^b its sign, and the special values theirs. */
  private static void complete(Strip a, Strip b, Strip out, Strip magnitudes, int n) {
    MemorySegment left = a.segment.asSlice(a.offset, a.bytes(n));
    MemorySegment right = b.segment.asSlice(b.offset, b.bytes(n));
    MemorySegment powers = magnitudes.segment.asSlice(magnitudes.offset, magnitudes.bytes(n));
    MemorySegment to = out.segment.asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      FloatVector power =
          signed(FloatVector.fromMemorySegment(SPECIES, powers, i * 4L, ORDER), x, y);
      VectorMask<Float> isOne = y.compare(VectorOperators.EQ, ZERO);
      isOne = isOne.or(x.compare(VectorOperators.EQ, ONE));
      isOne =
          isOne.or(
              x.compare(VectorOperators.EQ, MINUS_ONE)
                  .and(y.abs().compare(VectorOperators.EQ, INFINITY)));
      power.blend(ONE, isOne).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** The power of a negative base: negative if the exponent is odd, NaN if it is not whole. */
  private static FloatVector signed(FloatVector power, FloatVector x, FloatVector y) {
    FloatVector nan = power.blend(NAN, x.compare(VectorOperators.NE, x));
    VectorMask<Float> large = y.abs().compare(VectorOperators.GE, ALL_EVEN);
    FloatVector half = y.mul(POINT_FIVE);
    VectorMask<Float> whole = truncated(y).compare(VectorOperators.EQ, y).or(large);
    VectorMask<Float> even = truncated(half).compare(VectorOperators.EQ, half).or(large);
    FloatVector odd = Exponentials.withSign(nan, x).blend(nan, even);
    VectorMask<Float> undefined =
        x.compare(VectorOperators.LT, ZERO)
            .and(x.compare(VectorOperators.NE, MINUS_INFINITY))
            .andNot(whole);
    return nan.blend(odd, whole).blend(NAN, undefined);
  }

  private static FloatVector truncated(FloatVector x) {
    return (FloatVector) x.convert(VectorOperators.F2I, 0).convert(VectorOperators.I2F, 0);
  }
}
