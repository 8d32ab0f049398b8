package dev.tandem.benchmarks.contest;

/** Elementwise loops over arrays, one method each, as the compiler likes them. */
final class NaiveLoops {

  private NaiveLoops() {}

  static void run(Pointwise.Function function, float[][] inputs, float[] result) {
    float[] a = inputs[0];
    switch (function) {
      case ADD -> add(a, inputs[1], result);
      case MUL -> mul(a, inputs[1], result);
      case RELU -> relu(a, result);
      case COPY -> copy(a, result);
      case EXP -> exp(a, result);
      case TANH -> tanh(a, result);
      case SIGMOID -> sigmoid(a, result);
      case GELU -> gelu(a, result);
      case LOG -> log(a, result);
    }
  }

  private static void add(float[] a, float[] b, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = a[i] + b[i];
    }
  }

  private static void mul(float[] a, float[] b, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = a[i] * b[i];
    }
  }

  private static void relu(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.max(a[i], 0);
    }
  }

  private static void copy(float[] a, float[] result) {
    System.arraycopy(a, 0, result, 0, result.length);
  }

  private static void exp(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.exp(a[i]);
    }
  }

  private static void tanh(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.tanh(a[i]);
    }
  }

  private static void sigmoid(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (1 / (1 + Math.exp(-a[i])));
    }
  }

  /** Java has no error function, so people write the approximation by tanh. */
  private static void gelu(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      float x = a[i];
      double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      result[i] = (float) (0.5 * x * (1 + Math.tanh(inner)));
    }
  }

  private static void log(float[] a, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.log(a[i]);
    }
  }

  static void chain(float[] a, float[] b, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.max((a[i] * b[i] + a[i] - b[i]) * b[i], a[i]) + b[i];
    }
  }
}
