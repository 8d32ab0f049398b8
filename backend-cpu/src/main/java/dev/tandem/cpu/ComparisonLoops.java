package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The comparisons and the selection: 1 where the relation holds, 0 elsewhere, by the rules of
 * {@link BinaryLoops}. NaN is equal to nothing, less than nothing and not equal to everything.
 */
final class ComparisonLoops {

  private ComparisonLoops() {}

  static void equal(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.EQ, y)), to, i);
    }
  }

  static void notEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.NE, y)), to, i);
    }
  }

  static void less(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.LT, y)), to, i);
    }
  }

  static void lessOrEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.LE, y)), to, i);
    }
  }

  static void greater(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.GT, y)), to, i);
    }
  }

  static void greaterOrEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(zero.blend(1f, x.compare(VectorOperators.GE, y)), to, i);
    }
  }

  /** {@code out[i] = condition[i] != 0 ? a[i] : b[i]}; NaN counts as not 0. */
  static void where(Strip condition, Strip a, Strip b, Strip out, int n) {
    MemorySegment test = condition.floats(n);
    MemorySegment left = a.floats(n);
    MemorySegment right = b.floats(n);
    MemorySegment to = out.floats(n);
    boolean testUniform = condition.uniform;
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector test0 = load(test, 0);
    FloatVector a0 = load(left, 0);
    FloatVector b0 = load(right, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector c = testUniform ? test0 : load(test, i);
      FloatVector x = aUniform ? a0 : load(left, i);
      FloatVector y = bUniform ? b0 : load(right, i);
      store(y.blend(x, c.compare(VectorOperators.NE, 0f)), to, i);
    }
  }
}
