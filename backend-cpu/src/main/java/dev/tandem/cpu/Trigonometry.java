package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.constant;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * sin and cos, by own polynomials after a reduction by multiples of pi/2 that is exact up to {@link
 * #REDUCIBLE}. Larger arguments (rare: at that size neighbouring floats are far apart) are computed
 * one by one in double.
 */
final class Trigonometry {

  private static final float REDUCIBLE = 0x1p17f;

  private static final FloatVector TWO_OVER_PI = constant(0x1.45f306p-1f);

  // -pi/2 in three parts
  private static final FloatVector HALF_PI_HIGH = constant(-0x1.921fb6p0f);
  private static final FloatVector HALF_PI_MIDDLE = constant(0x1.777a5cp-25f);
  private static final FloatVector HALF_PI_LOW = constant(0x1.ee59dap-50f);

  // sin(r) = r + r (SIN_2 r^2 + SIN_4 r^4 + ...)
  private static final FloatVector SIN_2 = constant(-0x1.555546p-3f);
  private static final FloatVector SIN_4 = constant(0x1.110776p-7f);
  private static final FloatVector SIN_6 = constant(-0x1.9952fep-13f);

  // cos(r) = 1 + COS_2 r^2 + COS_4 r^4 + ...
  private static final FloatVector COS_2 = constant(-0.5f);
  private static final FloatVector COS_4 = constant(0x1.55554ap-5f);
  private static final FloatVector COS_6 = constant(-0x1.6c0c2ap-10f);
  private static final FloatVector COS_8 = constant(0x1.99e902p-16f);

  /** 0, 1, 2, ... */
  private static final FloatVector LANE_NUMBERS = FloatVector.zero(SPECIES).addIndex(1);

  private static final IntVector ONE = LANE_NUMBERS.reinterpretAsInts().broadcast(1);
  private static final IntVector ZERO = ONE.sub(ONE);
  private static final int SIGN_SHIFT = 30;
  private static final IntVector SIGN_BIT = ONE.broadcast(0x8000_0000);

  private Trigonometry() {}

  /** {@code sin(x)}, also for large x; at most 1.6 ulp. */
  static void sin(Strip a, Strip out, int n) {
    if (hasLarge(a, n)) {
      sinWithLarge(a, out, n);
      return;
    }
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      sin(FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code cos(x)}, also for large x; at most 1.6 ulp. */
  static void cos(Strip a, Strip out, int n) {
    if (hasLarge(a, n)) {
      cosWithLarge(a, out, n);
      return;
    }
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      cos(FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static boolean hasLarge(Strip a, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    FloatVector greatest = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER).abs();
      greatest = greatest.blend(x, x.compare(VectorOperators.GT, greatest));
    }
    return greatest.compare(VectorOperators.GT, REDUCIBLE).anyTrue();
  }

  private static void sinWithLarge(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector result = sin(FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER));
      for (int lane = 0; lane < LANES; lane++) {
        float x = from.get(ValueLayout.JAVA_FLOAT, (i + lane) * 4L);
        if (Math.abs(x) > REDUCIBLE) {
          result =
              result.blend((float) Math.sin(x), LANE_NUMBERS.compare(VectorOperators.EQ, lane));
        }
      }
      result.intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  private static void cosWithLarge(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector result = cos(FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER));
      for (int lane = 0; lane < LANES; lane++) {
        float x = from.get(ValueLayout.JAVA_FLOAT, (i + lane) * 4L);
        if (Math.abs(x) > REDUCIBLE) {
          result =
              result.blend((float) Math.cos(x), LANE_NUMBERS.compare(VectorOperators.EQ, lane));
        }
      }
      result.intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** x less the nearest multiple of pi/2. */
  private static FloatVector reduced(FloatVector x, FloatVector rounded) {
    FloatVector k = rounded.sub(Exponentials.ROUNDER);
    FloatVector r = k.fma(HALF_PI_HIGH, x); // exact
    return k.fma(HALF_PI_LOW, k.fma(HALF_PI_MIDDLE, r));
  }

  private static FloatVector sinOfReduced(FloatVector r, FloatVector z) {
    return z.fma(SIN_6, SIN_4).fma(z, SIN_2).mul(z).fma(r, r);
  }

  private static FloatVector cosOfReduced(FloatVector z) {
    return z.fma(COS_8, COS_6).fma(z, COS_4).fma(z, COS_2).fma(z, Exponentials.ONE);
  }

  /** Takes the one or the other, and perhaps its negative, as the quadrant says. */
  private static FloatVector inQuadrant(IntVector quadrant, FloatVector even, FloatVector odd) {
    VectorMask<Float> isOdd = quadrant.and(ONE).compare(VectorOperators.NE, ZERO).cast(SPECIES);
    IntVector sign = quadrant.lanewise(VectorOperators.LSHL, SIGN_SHIFT).and(SIGN_BIT);
    IntVector bits = even.blend(odd, isOdd).reinterpretAsInts();
    return bits.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
  }

  private static FloatVector sin(FloatVector x) {
    FloatVector rounded = x.fma(TWO_OVER_PI, Exponentials.ROUNDER);
    FloatVector r = reduced(x, rounded);
    FloatVector z = r.mul(r);
    IntVector quadrant = rounded.reinterpretAsInts();
    FloatVector result = inQuadrant(quadrant, sinOfReduced(r, z), cosOfReduced(z));
    return result.blend(x, x.compare(VectorOperators.EQ, Exponentials.ZERO)); // the sign of -0
  }

  private static FloatVector cos(FloatVector x) {
    FloatVector rounded = x.fma(TWO_OVER_PI, Exponentials.ROUNDER);
    FloatVector r = reduced(x, rounded);
    FloatVector z = r.mul(r);
    IntVector quadrant = rounded.reinterpretAsInts().add(ONE); // cos(x) = sin(x + pi/2)
    return inQuadrant(quadrant, sinOfReduced(r, z), cosOfReduced(z));
  }
}
