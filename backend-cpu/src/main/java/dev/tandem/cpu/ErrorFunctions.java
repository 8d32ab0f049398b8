package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** erf, and gelu in its exact form, by own polynomials; see {@link Exponentials} for why. */
final class ErrorFunctions {

  /** From here on erf is computed from its distance to 1. */
  private static final float ERF_TAIL = 1f;

  /** From here on erf is 1 in float. */
  private static final float ERF_ONE = 4.1f;

  /** Below {@code -GELU_ZERO}, gelu is less than half of the least denormal. */
  private static final float GELU_ZERO = 14.5f;

  private ErrorFunctions() {}

  /** Gauss's error function; at most 1.5 ulp. */
  static void erf(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(erf(uniform ? a0 : load(from, i)), to, i);
    }
  }

  /** {@code x * P(X <= x)} for a standard normal X, relative accuracy kept in the negative tail. */
  static void gelu(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      store(gelu(uniform ? a0 : load(from, i)), to, i);
    }
  }

  private static FloatVector erf(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = FloatVector.broadcast(SPECIES, -0x1.a3515ep-11f);
    p = z.fma(FloatVector.broadcast(SPECIES, 0x1.4771fcp-14f), p);
    p = p.fma(z, FloatVector.broadcast(SPECIES, 0x1.53f224p-8f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, -0x1.b7f71ap-6f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, 0x1.ce2ce6p-4f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, -0x1.81273ep-2f));
    p = p.fma(z, FloatVector.broadcast(SPECIES, 0x1.06eba8p-3f));
    FloatVector small = p.fma(x, x);

    FloatVector y = x.abs();
    y = y.blend(ERF_ONE, y.compare(VectorOperators.GT, ERF_ONE));
    FloatVector l = FloatVector.broadcast(SPECIES, 0x1.82e8e2p-9f); // -log(erfc(y))
    l = y.fma(FloatVector.broadcast(SPECIES, -0x1.87b3f6p-13f), l);
    l = l.fma(y, FloatVector.broadcast(SPECIES, -0x1.6618200p-6f));
    l = l.fma(y, FloatVector.broadcast(SPECIES, 0x1.a67e86p-4f));
    l = l.fma(y, FloatVector.broadcast(SPECIES, 0x1.46b432p-1f));
    l = l.fma(y, FloatVector.broadcast(SPECIES, 0x1.208b1ap0f));
    l = l.fma(y, FloatVector.broadcast(SPECIES, 0x1.5cd78cp-12f));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector tail = Exponentials.copySign(one.sub(Exponentials.expOfModerate(l.neg())), x);
    VectorMask<Float> isTail = y.compare(VectorOperators.GE, ERF_TAIL);
    return small.blend(tail, isTail);
  }

  /**
   * With a = |x|, the smaller tail P(X > a) = exp(-a^2 / 2) * u * W(q), where u = 1 / (a + 2.5) and
   * q = (a - 2.5) / (a + 2.5); W varies between 0.4 and 1.3 only. For x below 0 this is the
   * probability wanted, above it is 1 minus that.
   */
  private static FloatVector gelu(FloatVector x) {
    FloatVector a = x.abs();
    a = a.blend(GELU_ZERO, a.compare(VectorOperators.GT, GELU_ZERO));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector u = one.div(a.add(2.5f));
    FloatVector q = u.fma(FloatVector.broadcast(SPECIES, -5f), one);
    FloatVector w = FloatVector.broadcast(SPECIES, -0x1.53fb6cp-12f);
    w = q.fma(FloatVector.broadcast(SPECIES, -0x1.66977ap-13f), w);
    w = w.fma(q, FloatVector.broadcast(SPECIES, 0x1.70bbacp-11f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, 0x1.4cfb98p-9f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, -0x1.a62444p-10f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, -0x1.0c95c8p-6f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, 0x1.2eb454p-7f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, 0x1.0e4fb4p-3f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, -0x1.bc19cap-2f));
    w = w.fma(q, FloatVector.broadcast(SPECIES, 0x1.69cee6p-1f));
    // exp(-(h + l) / 2) with h + l = a^2 exactly: the rounding of a^2 would cost 100 ulp in the
    // tail
    FloatVector h = a.mul(a);
    FloatVector l = a.fma(a, h.neg());
    FloatVector e = Exponentials.expOfNonPositive(h.mul(-0.5f));
    FloatVector scale = u.mul(w);
    scale = scale.mul(l).fma(FloatVector.broadcast(SPECIES, -0.5f), scale);
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0f);
    FloatVector below = e.mul(x.mul(scale)); // NaN at negative infinity, as infinity times 0 is
    FloatVector above = x.sub(e.mul(a.mul(scale)));
    return above.blend(below, negative);
  }
}
