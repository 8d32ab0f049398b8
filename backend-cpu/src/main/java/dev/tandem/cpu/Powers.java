package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code pow}, with C's rules for the special values; at most 0.6 ulp. {@code |x|^y = 2^(y log2
 * |x|)} is computed in double, since float would lose all digits of a large exponent: a vector of
 * floats is two vectors of doubles. Signs and special values come last.
 *
 * <p>Vectors of half the width are avoided, here as everywhere ({@link Lanes}).
 */
final class Powers {

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  /** Doubles in a vector, half as many as floats. */
  private static final int DOUBLE_LANES = DOUBLES.length();

  private static final VectorShuffle<Float> SWAP_HALVES =
      VectorShuffle.fromOp(SPECIES, lane -> (lane + DOUBLE_LANES) % LANES);

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

  /** {@code out[i] = a[i]^b[i]}. Works in {@code 2 n} spare floats, or {@code n} doubles. */
  static StripLoop pow() {
    return StripLoop.inTurn(
        (a, b, c, out, spare, n) -> split(a, spare, a.uniform ? LANES : n),
        (a, b, c, out, spare, n) -> logarithms(spare, a.uniform ? LANES : n),
        (a, b, c, out, spare, n) -> multiply(b, spare, n, a.uniform),
        (a, b, c, out, spare, n) -> exponentials(spare, n),
        (a, b, c, out, spare, n) -> complete(a, b, out, spare, n));
  }

  /**
   * Splits {@code |a[i]|} into {@code (1 + f) 2^e}: a vector of each f is followed by that of the
   * e, and both together have the size of as many doubles.
   */
  private static void split(Strip a, Strip out, int n) {
    MemorySegment to = known(out.segment).asSlice(out.offset, 8L * n);
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER).abs();
      VectorMask<Float> denormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = x.blend(x.mul(LIFT), denormal).reinterpretAsInts().sub(TWO_THIRDS_BITS);
      FloatVector e =
          (FloatVector)
              bits.lanewise(VectorOperators.ASHR, MANTISSA_BITS).convert(VectorOperators.I2F, 0);
      e = e.blend(e.sub(MANTISSA_BITS), denormal);
      e = e.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      e = e.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
      FloatVector f = bits.and(MANTISSA_MASK).add(TWO_THIRDS_BITS).reinterpretAsFloats().sub(1);
      f.intoMemorySegment(to, i * 8L, ORDER);
      e.intoMemorySegment(to, i * 8L + LANES * 4L, ORDER);
    }
  }

  /** Replaces the parts of |x| by {@code log2(|x|)} in double, -infinity for 0. */
  private static void logarithms(Strip parts, int n) {
    MemorySegment memory = known(parts.segment).asSlice(parts.offset, 8L * n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector f = FloatVector.fromMemorySegment(SPECIES, memory, i * 8L, ORDER);
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, memory, i * 8L + LANES * 4L, ORDER);
      logOfMantissa(lowerHalf(f)).add(lowerHalf(e)).intoMemorySegment(memory, i * 8L, ORDER);
      logOfMantissa(upperHalf(f))
          .add(upperHalf(e))
          .intoMemorySegment(memory, (i + DOUBLE_LANES) * 8L, ORDER);
    }
  }

  private static DoubleVector lowerHalf(FloatVector x) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  private static DoubleVector upperHalf(FloatVector x) {
    return lowerHalf(x.rearrange(SWAP_HALVES));
  }

  private static DoubleVector logOfMantissa(DoubleVector f) {
    DoubleVector s = f.div(f.add(TWO));
    DoubleVector z = s.mul(s);
    DoubleVector p = z.fma(LOG_10, LOG_8).fma(z, LOG_6).fma(z, LOG_4).fma(z, LOG_2);
    return p.fma(z, LOG_0).mul(s);
  }

  /**
   * {@code doubles[i] = doubles[i] * b[i]}.
   *
   * @param uniform whether there is only one vector of {@code doubles[i]}, standing for all
   */
  private static void multiply(Strip b, Strip out, int n, boolean uniform) {
    MemorySegment from = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment doubles = known(out.segment).asSlice(out.offset, 8L * n);
    DoubleVector first = DoubleVector.fromMemorySegment(DOUBLES, doubles, 0, ORDER);
    int step = b.uniform ? 0 : LANES;
    for (int i = 0, source = 0; i < n; i += LANES, source += step) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, from, source * 4L, ORDER);
      DoubleVector lower =
          uniform ? first : DoubleVector.fromMemorySegment(DOUBLES, doubles, i * 8L, ORDER);
      DoubleVector upper =
          uniform
              ? first
              : DoubleVector.fromMemorySegment(DOUBLES, doubles, (i + DOUBLE_LANES) * 8L, ORDER);
      lower.mul(lowerHalf(y)).intoMemorySegment(doubles, i * 8L, ORDER);
      upper.mul(upperHalf(y)).intoMemorySegment(doubles, (i + DOUBLE_LANES) * 8L, ORDER);
    }
  }

  /** Replaces doubles t by the floats 2^t, which take half of the memory. */
  private static void exponentials(Strip out, int n) {
    MemorySegment memory = known(out.segment).asSlice(out.offset, 8L * n);
    for (int i = 0; i < n; i += DOUBLE_LANES) {
      DoubleVector t = DoubleVector.fromMemorySegment(DOUBLES, memory, i * 8L, ORDER);
      FloatVector power = (FloatVector) powerOfTwo(t).convertShape(VectorOperators.D2F, SPECIES, 0);
      // its upper half is zeros, which the next vector or nobody reads
      power.intoMemorySegment(memory, i * 4L, ORDER);
    }
  }

  private static DoubleVector powerOfTwo(DoubleVector exponent) {
    DoubleVector t = bounded(exponent);
    DoubleVector rounded = t.add(ROUNDER);
    DoubleVector r = t.sub(rounded.sub(ROUNDER));
    LongVector scale =
        rounded.reinterpretAsLongs().lanewise(VectorOperators.LSHL, DOUBLE_MANTISSA_BITS);
    return powerOfFraction(r).mul(scale.add(BIAS).reinterpretAsDoubles());
  }

  /**
   * Between {@link #LEAST} and {@link #GREATEST}, or NaN. By masks, which on x86 cost less than a
   * minimum; but on x86 the JIT has none for two lanes, and would make objects of them.
   */
  private static DoubleVector bounded(DoubleVector t) {
    if (DOUBLE_LANES == 2) {
      return t.min(GREATEST).max(LEAST);
    }
    DoubleVector low = t.blend(GREATEST, t.compare(VectorOperators.GT, GREATEST));
    return low.blend(LEAST, low.compare(VectorOperators.LT, LEAST));
  }

  private static DoubleVector powerOfFraction(DoubleVector r) {
    DoubleVector p = r.fma(EXP_6, EXP_5).fma(r, EXP_4).fma(r, EXP_3);
    return p.fma(r, EXP_2).fma(r, EXP_1).fma(r, EXP_0);
  }

  /** Gives |a|^b its sign, and the special values theirs. */
  private static void complete(Strip a, Strip b, Strip out, Strip magnitudes, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment powers =
        known(magnitudes.segment).asSlice(magnitudes.offset, magnitudes.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
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
