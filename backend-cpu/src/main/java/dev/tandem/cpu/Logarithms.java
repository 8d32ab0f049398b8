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

/** log and softplus, by own polynomials; see {@link Exponentials} for why. */
final class Logarithms {

  private static final int MANTISSA_BITS = 23;
  private static final int MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;

  /** The bits of 2/3: a mantissa is brought into [2/3, 4/3). */
  private static final int TWO_THIRDS_BITS = 0x3f2a_aaab;

  private static final float LEAST_NORMAL = 0x1p-126f;

  private Logarithms() {}

  /** Natural logarithm, denormal arguments included; at most 1 ulp. */
  static void log(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(log(uniform ? a0 : load(from, i)), to, i);
    }
  }

  /** {@code log(1 + exp(x))} for every x, the far negative ones included; at most 2 ulp. */
  static void softplus(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      FloatVector rest = log1pOfFraction(Exponentials.expOfNonPositive(x.abs().neg()));
      store(rest.blend(rest.add(x), x.compare(VectorOperators.GT, 0f)), to, i);
    }
  }

  private static FloatVector log(FloatVector x) {
    VectorMask<Float> denormal = x.compare(VectorOperators.LT, LEAST_NORMAL);
    IntVector bits = x.blend(x.mul(0x1p23f), denormal).reinterpretAsInts().sub(TWO_THIRDS_BITS);
    FloatVector exponent =
        (FloatVector)
            bits.lanewise(VectorOperators.ASHR, MANTISSA_BITS).convert(VectorOperators.I2F, 0);
    exponent = exponent.blend(exponent.sub(23f), denormal);
    FloatVector f = bits.and(MANTISSA_MASK).add(TWO_THIRDS_BITS).reinterpretAsFloats().sub(1f);
    FloatVector q = FloatVector.broadcast(SPECIES, 0x1.1e72b8p-3f);
    q = f.fma(FloatVector.broadcast(SPECIES, -0x1.07ac84p-3f), q);
    q = q.fma(f, FloatVector.broadcast(SPECIES, -0x1.f33baap-4f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, 0x1.1ed450p-3f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, -0x1.559c32p-3f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, 0x1.99d05cp-3f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, -0x1.fffefap-3f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, 0x1.555506p-2f));
    q = q.fma(f, FloatVector.broadcast(SPECIES, -0.5f)).mul(f);
    FloatVector low = q.fma(f, exponent.mul(Exponentials.LN2_LOW));
    FloatVector result =
        exponent.fma(FloatVector.broadcast(SPECIES, Exponentials.LN2_HIGH), low.add(f));
    // neither infinity nor NaN is below infinity: both are their own logarithm
    result = x.blend(result, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return result.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
  }

  /** {@code log(1 + e)} for e from 0 to 1. */
  private static FloatVector log1pOfFraction(FloatVector e) {
    FloatVector q = FloatVector.broadcast(SPECIES, -0x1.c0a200p-7f);
    q = e.fma(FloatVector.broadcast(SPECIES, 0x1.113634p-9f), q);
    q = q.fma(e, FloatVector.broadcast(SPECIES, 0x1.58ff44p-5f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, -0x1.54f16cp-4f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, 0x1.ff28d8p-4f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, -0x1.4a72b2p-3f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, 0x1.978b54p-3f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, -0x1.ffc59ep-3f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, 0x1.5553b6p-2f));
    q = q.fma(e, FloatVector.broadcast(SPECIES, -0x1.fffff8p-2f));
    return q.mul(e).fma(e, e);
  }
}
