package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.OffHeap.known;

import dev.tandem.schedule.BinaryOp;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The functions of two arguments, a loop each: {@code out[i] = f(a[i], b[i])} for {@code i < n},
 * {@code n} whole vectors and at least one. {@code out} may be one of the arguments. One method per
 * operator and no shared body: the JIT falls off a cliff when the operator is an argument.
 * Comparisons are in {@link ComparisonLoops}.
 */
final class BinaryLoops {

  private BinaryLoops() {}

  /** The loop of a function. */
  static StripLoop of(BinaryOp op) {
    return switch (op) {
      case ADD -> (a, b, c, out, spare, n) -> add(a, b, out, n);
      case SUB -> (a, b, c, out, spare, n) -> subtract(a, b, out, n);
      case MUL -> (a, b, c, out, spare, n) -> multiply(a, b, out, n);
      case DIV -> (a, b, c, out, spare, n) -> divide(a, b, out, n);
      case POW -> Powers.pow();
      case MAXIMUM -> (a, b, c, out, spare, n) -> maximum(a, b, out, n);
      case MINIMUM -> (a, b, c, out, spare, n) -> minimum(a, b, out, n);
      case EQ -> (a, b, c, out, spare, n) -> ComparisonLoops.equal(a, b, out, n);
      case NE -> (a, b, c, out, spare, n) -> ComparisonLoops.notEqual(a, b, out, n);
      case LT -> (a, b, c, out, spare, n) -> ComparisonLoops.less(a, b, out, n);
      case LE -> (a, b, c, out, spare, n) -> ComparisonLoops.lessOrEqual(a, b, out, n);
      case GT -> (a, b, c, out, spare, n) -> ComparisonLoops.greater(a, b, out, n);
      case GE -> (a, b, c, out, spare, n) -> ComparisonLoops.greaterOrEqual(a, b, out, n);
    };
  }

  /** Whether a function takes several loops and hands something on from one to the other. */
  static boolean needsSpare(BinaryOp op) {
    return op == BinaryOp.POW;
  }

  static void add(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.add(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void subtract(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.sub(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void multiply(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.mul(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void divide(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.div(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void maximum(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.max(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void minimum(Strip a, Strip b, Strip out, int n) {
    MemorySegment left = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment right = known(b.segment).asSlice(b.offset, b.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    boolean aUniform = a.uniform;
    boolean bUniform = b.uniform;
    FloatVector a0 = FloatVector.fromMemorySegment(SPECIES, left, 0, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, right, 0, ORDER);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = aUniform ? a0 : FloatVector.fromMemorySegment(SPECIES, left, i * 4L, ORDER);
      FloatVector y = bUniform ? b0 : FloatVector.fromMemorySegment(SPECIES, right, i * 4L, ORDER);
      x.min(y).intoMemorySegment(to, i * 4L, ORDER);
    }
  }
}
