package dev.tandem.benchmarks.limits;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.CompilerControl;

/**
 * Fused multiply-adds on values that never leave the registers.
 *
 * <p>Compiled by itself: where the JIT compiles it once more into the loop around it, as it does
 * after many short rounds, it comes out at half of its speed.
 */
@CompilerControl(CompilerControl.Mode.DONT_INLINE)
final class FmaPeak {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ACCUMULATORS = 10;

  private FmaPeak() {}

  /** Floating-point operations of {@link #run}: a multiply and an add for each lane. */
  static double flops(int rounds) {
    return 2.0 * ACCUMULATORS * SPECIES.length() * rounds;
  }

  /**
   * Ten independent chains: two ports with a latency of four need eight, and ten with their two
   * operands fit the sixteen registers of AVX2. Values converge to 1, so none is ever denormal.
   *
   * @return a number that depends on every operation
   */
  static float run(int rounds) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.75f);
    FloatVector term = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector a = FloatVector.broadcast(SPECIES, 0.1f);
    FloatVector b = FloatVector.broadcast(SPECIES, 0.2f);
    FloatVector c = FloatVector.broadcast(SPECIES, 0.3f);
    FloatVector d = FloatVector.broadcast(SPECIES, 0.4f);
    FloatVector e = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector f = FloatVector.broadcast(SPECIES, 0.6f);
    FloatVector g = FloatVector.broadcast(SPECIES, 0.7f);
    FloatVector h = FloatVector.broadcast(SPECIES, 0.8f);
    FloatVector i = FloatVector.broadcast(SPECIES, 0.9f);
    FloatVector j = FloatVector.broadcast(SPECIES, 1.1f);
    for (int round = 0; round < rounds; round++) {
      a = a.fma(factor, term);
      b = b.fma(factor, term);
      c = c.fma(factor, term);
      d = d.fma(factor, term);
      e = e.fma(factor, term);
      f = f.fma(factor, term);
      g = g.fma(factor, term);
      h = h.fma(factor, term);
      i = i.fma(factor, term);
      j = j.fma(factor, term);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
