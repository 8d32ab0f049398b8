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
  private static final int ACCUMULATORS = 12;

  private FmaPeak() {}

  /** Floating-point operations of {@link #run}: a multiply and an add for each lane. */
  static double flops(int rounds) {
    return 2.0 * ACCUMULATORS * SPECIES.length() * rounds;
  }

  /**
   * Twelve independent chains: two ports with a latency of four need eight, twelve are never short
   * of one that is ready, and with their two factors they fit the sixteen registers of AVX2. Each
   * adds to its own sum, as the instruction does; a chain through a factor would cost a move each
   * time. Sums grow by a millionth a round and stay ordinary numbers.
   *
   * @return a number that depends on every operation
   */
  static float run(int rounds) {
    FloatVector left = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector right = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector a = FloatVector.broadcast(SPECIES, 0.1f);
    FloatVector b = FloatVector.broadcast(SPECIES, 0.2f);
    FloatVector c = FloatVector.broadcast(SPECIES, 0.3f);
    FloatVector d = FloatVector.broadcast(SPECIES, 0.4f);
    FloatVector e = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector f = FloatVector.broadcast(SPECIES, 0.6f);
    FloatVector g = FloatVector.broadcast(SPECIES, 0.7f);
    FloatVector h = FloatVector.broadcast(SPECIES, 0.8f);
    FloatVector i = FloatVector.broadcast(SPECIES, 0.9f);
    FloatVector j = FloatVector.broadcast(SPECIES, 1.0f);
    FloatVector k = FloatVector.broadcast(SPECIES, 1.1f);
    FloatVector l = FloatVector.broadcast(SPECIES, 1.2f);
    for (int round = 0; round < rounds; round++) {
      a = left.fma(right, a);
      b = left.fma(right, b);
      c = left.fma(right, c);
      d = left.fma(right, d);
      e = left.fma(right, e);
      f = left.fma(right, f);
      g = left.fma(right, g);
      h = left.fma(right, h);
      i = left.fma(right, i);
      j = left.fma(right, j);
      k = left.fma(right, k);
      l = left.fma(right, l);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
