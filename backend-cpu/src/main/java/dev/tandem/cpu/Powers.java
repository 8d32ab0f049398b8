package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@code pow}, with C's rules for the special values. */
final class Powers {

  private Powers() {}

  static void pow(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      FloatVector power = x.lanewise(VectorOperators.POW, y);
      VectorMask<Float> one =
          x.compare(VectorOperators.EQ, 1f)
              .or(y.compare(VectorOperators.EQ, 0f))
              .or(
                  x.compare(VectorOperators.EQ, -1f)
                      .and(y.abs().compare(VectorOperators.EQ, Float.POSITIVE_INFINITY)));
      store(power.blend(1f, one), to, i);
    }
  }
}
