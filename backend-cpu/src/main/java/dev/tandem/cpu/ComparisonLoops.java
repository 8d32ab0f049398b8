package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.OffHeap.known;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The comparisons and the selection: 1 where the relation holds, 0 elsewhere, by the rules of
 * {@link BinaryLoops}. NaN is equal to nothing, less than nothing and not equal to everything.
 */
final class ComparisonLoops {

  private ComparisonLoops() {}

  /** The loop that selects from two values by a condition. */
  static StripLoop selection() {
    return (condition, a, b, out, spare, n) -> where(condition, a, b, out, n);
  }

  static void equal(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.EQ, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void notEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.NE, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void less(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.LT, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void lessOrEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.LE, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void greater(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.GT, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void greaterOrEqual(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.GE, y)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** {@code out[i] = condition[i] != 0 ? a[i] : b[i]}; NaN counts as not 0. */
  static void where(Strip condition, Strip a, Strip b, Strip out, int n) {
    MemorySegment test = known(condition.segment).asSlice(condition.offset, condition.bytes(n));
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean testUniform = condition.uniform;
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector test0 = FloatVector.fromMemorySegment(SPECIES, test, 0, ORDER);
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector c =
          testUniform ? test0 : FloatVector.fromMemorySegment(SPECIES, test, i * 4L, ORDER);
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      y.blend(x, c.compare(VectorOperators.NE, 0f)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }
}
