package dev.tandem.testing;

import static org.assertj.core.api.Assertions.fail;

import dev.tandem.backend.Buffer;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.Schedule;

/**
 * How near the results of a {@link KernelCase} have to be to the reference backend's. A NaN is
 * always right where the reference has one, and only there; infinities are never "near".
 */
public sealed interface Tolerance {

  /** Compares the results of a backend with those of a fresh reference backend. */
  void check(KernelCase of, float[][] results);

  /**
   * The very bits of the reference: for operations that IEEE 754 rounds in one way only.
   *
   * @param zeroSigns whether -0 and 0 differ; the greater and lesser of the two is either
   */
  record Bits(boolean zeroSigns) implements Tolerance {

    @Override
    public void check(KernelCase of, float[][] results) {
      float[][] expected;
      try (ReferenceBackend reference = ReferenceBackend.inFloatPrecision()) {
        expected = of.run(reference);
      }
      for (int o = 0; o < expected.length; o++) {
        for (int i = 0; i < expected[o].length; i++) {
          float want = expected[o][i];
          float is = results[o][i];
          // floatToIntBits knows one NaN only
          boolean same = Float.floatToIntBits(want) == Float.floatToIntBits(is);
          if (!same && (zeroSigns || want != is)) {
            fail("%s: output %d, element %d is %s instead of %s".formatted(of, o, i, is, want));
          }
        }
      }
    }
  }

  /** All bits. */
  Tolerance BITS = new Bits(true);

  /** All bits, except the sign of zero. */
  Tolerance VALUES = new Bits(false);

  /**
   * Near the result of the reference in double precision, counted in units in the last place of the
   * float nearest to it. Results below the least normal float may be wrong by that much.
   *
   * @param units how many are allowed
   * @param ofOperand error allowed beyond it, as a multiple of the first operand's magnitude: for
   *     functions whose usual formula cancels
   */
  record Ulps(double units, double ofOperand) implements Tolerance {

    @Override
    public void check(KernelCase of, float[][] results) {
      double[][] expected = inDouble(of);
      for (int o = 0; o < expected.length; o++) {
        for (int i = 0; i < expected[o].length; i++) {
          double want = expected[o][i];
          double allowed = units * Math.ulp((float) want) + Float.MIN_NORMAL;
          if (ofOperand > 0 && Double.isFinite(want)) {
            allowed += ofOperand * Math.abs(of.inputs()[0][i]);
          }
          compare(of, o, i, results[o][i], want, allowed);
        }
      }
    }
  }

  /**
   * Within a small multiple of float32's rounding error of everything that was summed.
   *
   * @param scale a schedule with the same inputs, scalars and outputs that computes the sum of the
   *     magnitudes behind every result
   * @param ofMagnitudes whether it is to be run over the magnitudes of the inputs
   * @param epsilons the multiple, in units of 2^-24
   */
  record Scaled(Schedule scale, boolean ofMagnitudes, double epsilons) implements Tolerance {

    @Override
    public void check(KernelCase of, float[][] results) {
      double[][] expected = inDouble(of);
      float[][] inputs = ofMagnitudes ? magnitudes(of.inputs()) : of.inputs();
      double[][] scales = inDouble(new KernelCase(of.name(), scale, inputs, of.scalars(), this));
      for (int o = 0; o < expected.length; o++) {
        for (int i = 0; i < expected[o].length; i++) {
          double allowed = scales[o][i] * epsilons * 0x1p-24 + Float.MIN_NORMAL;
          compare(of, o, i, results[o][i], expected[o][i], allowed);
        }
      }
    }

    private static float[][] magnitudes(float[][] inputs) {
      float[][] magnitudes = new float[inputs.length][];
      for (int i = 0; i < inputs.length; i++) {
        magnitudes[i] = inputs[i].clone();
        for (int j = 0; j < inputs[i].length; j++) {
          magnitudes[i][j] = Math.abs(inputs[i][j]);
        }
      }
      return magnitudes;
    }
  }

  /**
   * Within a fixed distance.
   *
   * @param distance for each output
   */
  record Within(double[] distance) implements Tolerance {

    @Override
    public void check(KernelCase of, float[][] results) {
      double[][] expected = inDouble(of);
      for (int o = 0; o < expected.length; o++) {
        for (int i = 0; i < expected[o].length; i++) {
          compare(of, o, i, results[o][i], expected[o][i], distance[o]);
        }
      }
    }
  }

  private static double[][] inDouble(KernelCase of) {
    try (ReferenceBackend reference = ReferenceBackend.inDoublePrecision();
        KernelCase.Bound bound = of.bind(reference)) {
      reference.compile(of.schedule()).run(bound.inputs(), bound.outputs(), of.scalars());
      Buffer[] outputs = bound.outputs();
      double[][] results = new double[outputs.length][];
      for (int o = 0; o < outputs.length; o++) {
        results[o] = reference.downloadDoubles(outputs[o]);
      }
      return results;
    }
  }

  private static void compare(
      KernelCase of, int output, int element, float is, double want, double error) {
    double allowed = Double.isInfinite(want) ? 0 : error;
    float nearest = (float) want;
    boolean near =
        Float.isNaN(nearest)
            ? Float.isNaN(is)
            : is == nearest || (Float.isFinite(is) && Math.abs(is - want) <= allowed);
    // what overflows by a rounding error may do so or not
    boolean overflow =
        Float.isInfinite(nearest) != Float.isInfinite(is)
            && Math.signum(is) == Math.signum(nearest)
            && Math.abs(want) + allowed >= Float.MAX_VALUE
            && Math.abs(Float.isInfinite(is) ? Float.MAX_VALUE : is) >= 0.999 * Float.MAX_VALUE;
    if (!near && !overflow) {
      fail(
          "%s: output %d, element %d is %s instead of %s: off by %.3g, allowed %.3g"
              .formatted(of, output, element, is, want, Math.abs(is - want), allowed));
    }
  }
}
