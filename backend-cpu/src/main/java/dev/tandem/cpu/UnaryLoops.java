package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.OffHeap.known;

import dev.tandem.schedule.UnaryOp;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The functions of one argument, a loop each: {@code out[i] = f(a[i])} for {@code i < n}, {@code n}
 * whole vectors and at least one. {@code out} may be {@code a}. The exact functions are here; those
 * that need a polynomial have rooms of their own.
 */
final class UnaryLoops {

  /** From here on every float is a whole number. */
  private static final float ALL_WHOLE = 0x1p23f;

  private UnaryLoops() {}

  /** Whether a function takes several loops and hands something on from one to the other. */
  static boolean needsSpare(UnaryOp op) {
    return switch (op) {
      case GELU, SOFTPLUS, ERF -> true;
      case NEG, ABS, EXP, LOG, SQRT, SQUARE, RECIPROCAL, TANH, SIGMOID, RELU -> false;
      case SIGN, FLOOR, SIN, COS -> false;
    };
  }

  /** The loop of a function. Of a uniform argument it computes a single vector. */
  static StripLoop of(UnaryOp op) {
    return switch (op) {
      case NEG -> (a, b, c, out, spare, n) -> negate(a, out, n);
      case ABS -> (a, b, c, out, spare, n) -> absolute(a, out, n);
      case EXP -> (a, b, c, out, spare, n) -> Exponentials.exp(a, out, n);
      case LOG -> (a, b, c, out, spare, n) -> Logarithms.log(a, out, n);
      case SQRT -> (a, b, c, out, spare, n) -> squareRoot(a, out, n);
      case SQUARE -> (a, b, c, out, spare, n) -> square(a, out, n);
      case RECIPROCAL -> (a, b, c, out, spare, n) -> reciprocal(a, out, n);
      case TANH -> (a, b, c, out, spare, n) -> Exponentials.tanh(a, out, n);
      case SIGMOID -> (a, b, c, out, spare, n) -> Exponentials.sigmoid(a, out, n);
      case RELU -> (a, b, c, out, spare, n) -> relu(a, out, n);
      case GELU -> ErrorFunctions.gelu();
      case SOFTPLUS -> Logarithms.softplus();
      case ERF -> ErrorFunctions.erf();
      case SIGN -> (a, b, c, out, spare, n) -> sign(a, out, n);
      case FLOOR -> (a, b, c, out, spare, n) -> floor(a, out, n);
      case SIN -> (a, b, c, out, spare, n) -> Trigonometry.sin(a, out, n);
      case COS -> (a, b, c, out, spare, n) -> Trigonometry.cos(a, out, n);
    };
  }

  static void negate(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.neg().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void absolute(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.abs().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void squareRoot(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.sqrt().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void square(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.mul(x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void reciprocal(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      one.div(x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void relu(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.blend(0f, x.compare(VectorOperators.LT, 0f)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void sign(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.GT, 0f))
          .blend(-1f, x.compare(VectorOperators.LT, 0f))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void floor(Strip a, Strip out, int n) {
    MemorySegment from = known(a.segment).asSlice(a.offset, a.bytes(n));
    MemorySegment to = known(out.segment).asSlice(out.offset, out.bytes(n));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      floor(x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  /** The greatest whole number not above x; -0, infinities and NaN are themselves. */
  private static FloatVector floor(FloatVector x) {
    FloatVector truncated =
        (FloatVector) x.convert(VectorOperators.F2I, 0).convert(VectorOperators.I2F, 0);
    FloatVector floor =
        truncated.sub(
            1f, truncated.compare(VectorOperators.GT, x)); // below zero, truncation rounds up
    IntVector sign = x.reinterpretAsInts().and(0x8000_0000);
    FloatVector signed = floor.reinterpretAsInts().or(sign).reinterpretAsFloats();
    // NaN fails the comparison and stays
    return x.blend(signed, x.abs().compare(VectorOperators.LT, ALL_WHOLE));
  }
}
