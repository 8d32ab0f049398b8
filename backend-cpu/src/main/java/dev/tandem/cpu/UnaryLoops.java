package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.ORDER;
import static dev.tandem.cpu.Lanes.SPECIES;

import dev.tandem.schedule.UnaryOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /**
   * Runs a function; of a uniform argument it is computed once.
   *
   * @param spare {@code n} floats to work in if {@link #needsSpare}
   */
  static void run(UnaryOp op, Strip a, Strip out, Strip spare, int n) {
    if (a.uniform) {
      loop(op, a, out, spare, LANES);
      WindowLoops.fill(out.segment.get(ValueLayout.JAVA_FLOAT, out.offset), out.floats(n), n);
    } else {
      loop(op, a, out, spare, n);
    }
  }

  /** Whether a function takes two loops and hands something on from one to the other. */
  static boolean needsSpare(UnaryOp op) {
    return switch (op) {
      case GELU, SOFTPLUS, ERF -> true;
      case NEG, ABS, EXP, LOG, SQRT, SQUARE, RECIPROCAL, TANH, SIGMOID, RELU -> false;
      case SIGN, FLOOR, SIN, COS -> false;
    };
  }

  private static void loop(UnaryOp op, Strip a, Strip out, Strip spare, int n) {
    switch (op) {
      case NEG -> negate(a, out, n);
      case ABS -> absolute(a, out, n);
      case EXP -> Exponentials.exp(a, out, n);
      case LOG -> Logarithms.log(a, out, n);
      case SQRT -> squareRoot(a, out, n);
      case SQUARE -> square(a, out, n);
      case RECIPROCAL -> reciprocal(a, out, n);
      case TANH -> Exponentials.tanh(a, out, n);
      case SIGMOID -> Exponentials.sigmoid(a, out, n);
      case RELU -> relu(a, out, n);
      case GELU -> ErrorFunctions.gelu(a, out, spare, n);
      case SOFTPLUS -> Logarithms.softplus(a, out, spare, n);
      case ERF -> ErrorFunctions.erf(a, out, spare, n);
      case SIGN -> sign(a, out, n);
      case FLOOR -> floor(a, out, n);
      case SIN -> Trigonometry.sin(a, out, n);
      case COS -> Trigonometry.cos(a, out, n);
    }
  }

  static void negate(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.neg().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void absolute(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.abs().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void squareRoot(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.sqrt().intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void square(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.mul(x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void reciprocal(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      one.div(x).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void relu(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      x.blend(0f, x.compare(VectorOperators.LT, 0f)).intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void sign(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
      zero.blend(1f, x.compare(VectorOperators.GT, 0f))
          .blend(-1f, x.compare(VectorOperators.LT, 0f))
          .intoMemorySegment(to, i * 4L, ORDER);
    }
  }

  static void floor(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
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
