package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.Lanes.SPECIES;
import static dev.tandem.cpu.Lanes.load;
import static dev.tandem.cpu.Lanes.store;

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

  static void run(UnaryOp op, Strip a, Strip out, int n) {
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
      case GELU -> ErrorFunctions.gelu(a, out, n);
      case SOFTPLUS -> Logarithms.softplus(a, out, n);
      case ERF -> ErrorFunctions.erf(a, out, n);
      case SIGN -> sign(a, out, n);
      case FLOOR -> floor(a, out, n);
      case SIN -> Trigonometry.sin(a, out, n);
      case COS -> Trigonometry.cos(a, out, n);
    }
  }

  static void negate(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(x.neg(), to, i);
    }
  }

  static void absolute(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(x.abs(), to, i);
    }
  }

  static void squareRoot(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(x.sqrt(), to, i);
    }
  }

  static void square(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(x.mul(x), to, i);
    }
  }

  static void reciprocal(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(one.div(x), to, i);
    }
  }

  static void relu(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(x.blend(0f, x.compare(VectorOperators.LT, 0f)), to, i);
    }
  }

  static void sign(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(
          zero.blend(1f, x.compare(VectorOperators.GT, 0f))
              .blend(-1f, x.compare(VectorOperators.LT, 0f)),
          to,
          i);
    }
  }

  static void floor(Strip a, Strip out, int n) {
    MemorySegment from = a.floats(n);
    MemorySegment to = out.floats(n);
    boolean uniform = a.uniform;
    FloatVector a0 = load(from, 0);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = uniform ? a0 : load(from, i);
      store(floor(x), to, i);
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
