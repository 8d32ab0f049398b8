package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

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

  private static final float TWO_OVER_PI = 0x1.45f306p-1f;

  // pi/2 in three parts
  private static final float HALF_PI_HIGH = 0x1.921fb6p0f;
  private static final float HALF_PI_MIDDLE = -0x1.777a5cp-25f;
  private static final float HALF_PI_LOW = -0x1.ee59dap-50f;

  /** 0, 1, 2, ... */
  private static final FloatVector LANE_NUMBERS = FloatVector.zero(SPECIES).addIndex(1);

  private static final int SIGN = 0x8000_0000;

  private Trigonometry() {}

  /** {@code sin(x)}, also for large x; at most 1 ulp. */
  static void sin(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    if (hasLarge(from, a.uniform ? LANES : n)) {
      sinWithLarge(a, out, n);
      return;
    }
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(sin(uniform ? a0 : load(from, i)), to, i);
    }
  }

  /** {@code cos(x)}, also for large x; at most 1 ulp. */
  static void cos(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    if (hasLarge(from, a.uniform ? LANES : n)) {
      cosWithLarge(a, out, n);
      return;
    }
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(cos(uniform ? a0 : load(from, i)), to, i);
    }
  }

  private static boolean hasLarge(MemorySegment from, int n) {
    FloatVector greatest = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = load(from, i).abs();
      greatest = greatest.blend(x, x.compare(VectorOperators.GT, greatest));
    }
    return greatest.compare(VectorOperators.GT, REDUCIBLE).anyTrue();
  }

  private static void sinWithLarge(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    int step = a.uniform ? 0 : LANES;
    for (int i = 0, source = 0; i < n; i += LANES, source += step) {
      FloatVector result = sin(load(from, source));
      for (int lane = 0; lane < LANES; lane++) {
        float x = from.get(ValueLayout.JAVA_FLOAT, (source + lane) * 4L);
        if (Math.abs(x) > REDUCIBLE) {
          result =
              result.blend((float) Math.sin(x), LANE_NUMBERS.compare(VectorOperators.EQ, lane));
        }
      }
      store(result, to, i);
    }
  }

  private static void cosWithLarge(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    int step = a.uniform ? 0 : LANES;
    for (int i = 0, source = 0; i < n; i += LANES, source += step) {
      FloatVector result = cos(load(from, source));
      for (int lane = 0; lane < LANES; lane++) {
        float x = from.get(ValueLayout.JAVA_FLOAT, (source + lane) * 4L);
        if (Math.abs(x) > REDUCIBLE) {
          result =
              result.blend((float) Math.cos(x), LANE_NUMBERS.compare(VectorOperators.EQ, lane));
        }
      }
      store(result, to, i);
    }
  }

  /** x less the nearest multiple of pi/2, which {@code quadrant} counts. */
  private static FloatVector reduce(FloatVector x, FloatVector quadrant) {
    FloatVector r = quadrant.fma(FloatVector.broadcast(SPECIES, -HALF_PI_HIGH), x); // exact
    r = quadrant.fma(FloatVector.broadcast(SPECIES, -HALF_PI_MIDDLE), r);
    return quadrant.fma(FloatVector.broadcast(SPECIES, -HALF_PI_LOW), r);
  }

  private static FloatVector sinOfReduced(FloatVector r, FloatVector z) {
    FloatVector p = FloatVector.broadcast(SPECIES, 0x1.110776p-7f);
    p = z.fma(FloatVector.broadcast(SPECIES, -0x1.9952fep-13f), p);
    p = p.fma(z, FloatVector.broadcast(SPECIES, -0x1.555546p-3f));
    return p.mul(z).fma(r, r);
  }

  private static FloatVector cosOfReduced(FloatVector z) {
    FloatVector p = FloatVector.broadcast(SPECIES, -0x1.6c0c2ap-10f);
    p = z.fma(FloatVector.broadcast(SPECIES, 0x1.99e902p-16f), p);
    p = p.fma(z, FloatVector.broadcast(SPECIES, 0x1.55554ap-5f));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    return p.fma(z, FloatVector.broadcast(SPECIES, -0.5f)).fma(z, one);
  }

  private static FloatVector sin(FloatVector x) {
    FloatVector rounded =
        x.fma(
            FloatVector.broadcast(SPECIES, TWO_OVER_PI),
            FloatVector.broadcast(SPECIES, Exponentials.ROUNDER));
    IntVector quadrant = rounded.reinterpretAsInts();
    FloatVector r = reduce(x, rounded.sub(Exponentials.ROUNDER));
    FloatVector z = r.mul(r);
    FloatVector s = sinOfReduced(r, z);
    FloatVector c = cosOfReduced(z);
    VectorMask<Float> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
    IntVector sign = quadrant.lanewise(VectorOperators.LSHL, 30).and(SIGN);
    FloatVector result =
        s.blend(c, odd)
            .reinterpretAsInts()
            .lanewise(VectorOperators.XOR, sign)
            .reinterpretAsFloats();
    return result.blend(x, x.compare(VectorOperators.EQ, 0f)); // the sign of -0
  }

  private static FloatVector cos(FloatVector x) {
    FloatVector rounded =
        x.fma(
            FloatVector.broadcast(SPECIES, TWO_OVER_PI),
            FloatVector.broadcast(SPECIES, Exponentials.ROUNDER));
    IntVector quadrant = rounded.reinterpretAsInts().add(1); // cos(x) = sin(x + pi/2)
    FloatVector r = reduce(x, rounded.sub(Exponentials.ROUNDER));
    FloatVector z = r.mul(r);
    FloatVector s = sinOfReduced(r, z);
    FloatVector c = cosOfReduced(z);
    VectorMask<Float> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
    IntVector sign = quadrant.lanewise(VectorOperators.LSHL, 30).and(SIGN);
    return s.blend(c, odd)
        .reinterpretAsInts()
        .lanewise(VectorOperators.XOR, sign)
        .reinterpretAsFloats();
  }
}
