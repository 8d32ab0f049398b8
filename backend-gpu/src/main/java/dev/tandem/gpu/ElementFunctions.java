package dev.tandem.gpu;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * The elementwise functions as generated kernels call them: plain Java that TornadoVM compiles into
 * the kernel, on top of the few functions that every device has. Public for the generated classes
 * only, which have a class loader of their own.
 *
 * <p>Every function treats NaN, infinities and zeros as {@code UnaryOp} and {@code BinaryOp} say.
 * Errors are at most 2 ulp (sigmoid 3, gelu 8 in its lower tail) where the device's exp, log, tanh,
 * pow, sin and cos keep to 1 ulp.
 */
public final class ElementFunctions {

  /** From here on tanh is 1 in float; some devices never get there. */
  private static final float TANH_ONE = 9.02f;

  /** From here on erf is computed from its distance to 1. */
  private static final float ERF_TAIL = 1f;

  /** From here on erf is 1 in float. */
  private static final float ERF_ONE = 4.1f;

  /** Below {@code -GELU_ZERO}, gelu is less than half of the least denormal. */
  private static final float GELU_ZERO = 14.5f;

  private ElementFunctions() {}

  public static float abs(float x) {
    return TornadoMath.abs(x);
  }

  public static float exp(float x) {
    return TornadoMath.exp(x);
  }

  public static float log(float x) {
    return TornadoMath.log(x);
  }

  public static float sqrt(float x) {
    return TornadoMath.sqrt(x);
  }

  public static float reciprocal(float x) {
    return 1f / x;
  }

  public static float tanh(float x) {
    if (TornadoMath.abs(x) > TANH_ONE) {
      return x > 0 ? 1f : -1f;
    }
    return TornadoMath.tanh(x);
  }

  public static float sigmoid(float x) {
    float e = TornadoMath.exp(-TornadoMath.abs(x));
    return x < 0 ? e / (1f + e) : 1f / (1f + e);
  }

  public static float relu(float x) {
    return x < 0 ? 0f : x;
  }

  /**
   * With a = |x|, the smaller tail P(X > a) = exp(-a^2 / 2) * u * W(q), where u = 1 / (a + 2.5) and
   * q = (a - 2.5) / (a + 2.5); W varies between 0.4 and 1.3 only. For x below 0 this is the
   * probability wanted, above it is 1 minus that. The same polynomial as on the CPU.
   */
  public static float gelu(float x) {
    float a = TornadoMath.abs(x);
    if (a > GELU_ZERO) {
      a = GELU_ZERO;
    }
    float u = 1f / (a + 2.5f);
    float q = 1f - 5f * u;
    float w = -0x1.66977ap-13f;
    w = w * q - 0x1.53fb6cp-12f;
    w = w * q + 0x1.70bbacp-11f;
    w = w * q + 0x1.4cfb98p-9f;
    w = w * q - 0x1.a62444p-10f;
    w = w * q - 0x1.0c95c8p-6f;
    w = w * q + 0x1.2eb454p-7f;
    w = w * q + 0x1.0e4fb4p-3f;
    w = w * q - 0x1.bc19cap-2f;
    w = w * q + 0x1.69cee6p-1f;
    // exp(-(high + low) / 2) with high + low = a^2 exactly; high has 12 bits, so that its square
    // and the products with the rest are exact, whether or not they are merged with additions
    float shifted = a * 4097f;
    float top = shifted - (shifted - a);
    float rest = a - top;
    float high = top * top;
    float low = rest * (a + top);
    float e = TornadoMath.exp(-0.5f * high) * TornadoMath.exp(-0.5f * low);
    float tail = e * (u * w);
    return x < 0 ? x * tail : x - a * tail;
  }

  /** {@code log(1 + exp(x))}. */
  public static float softplus(float x) {
    float e = TornadoMath.exp(-TornadoMath.abs(x));
    float q = 0x1.113634p-9f;
    q = q * e - 0x1.c0a200p-7f;
    q = q * e + 0x1.58ff44p-5f;
    q = q * e - 0x1.54f16cp-4f;
    q = q * e + 0x1.ff28d8p-4f;
    q = q * e - 0x1.4a72b2p-3f;
    q = q * e + 0x1.978b54p-3f;
    q = q * e - 0x1.ffc59ep-3f;
    q = q * e + 0x1.5553b6p-2f;
    q = q * e - 0x1.fffff8p-2f;
    float rest = q * e * e + e; // log(1 + e)
    return x > 0 ? x + rest : rest;
  }

  /** Gauss's error function; the same polynomials as on the CPU. */
  public static float erf(float x) {
    float y = TornadoMath.abs(x);
    if (y < ERF_TAIL) {
      float z = x * x;
      float p = 0x1.4771fcp-14f;
      p = p * z - 0x1.a3515ep-11f;
      p = p * z + 0x1.53f224p-8f;
      p = p * z - 0x1.b7f71ap-6f;
      p = p * z + 0x1.ce2ce6p-4f;
      p = p * z - 0x1.81273ep-2f;
      p = p * z + 0x1.06eba8p-3f;
      return p * x + x;
    }
    if (y > ERF_ONE) {
      y = ERF_ONE;
    }
    float l = -0x1.87b3f6p-13f; // -log(erfc(y))
    l = l * y + 0x1.82e8e2p-9f;
    l = l * y - 0x1.6618200p-6f;
    l = l * y + 0x1.a67e86p-4f;
    l = l * y + 0x1.46b432p-1f;
    l = l * y + 0x1.208b1ap0f;
    l = l * y + 0x1.5cd78cp-12f;
    float tail = 1f - TornadoMath.exp(-l);
    if (Float.isNaN(x)) {
      return x;
    }
    return x > 0 ? tail : -tail;
  }

  public static float sign(float x) {
    return x > 0 ? 1f : x < 0 ? -1f : 0f;
  }

  public static float floor(float x) {
    return TornadoMath.floor(x);
  }

  public static float sin(float x) {
    return TornadoMath.sin(x);
  }

  public static float cos(float x) {
    return TornadoMath.cos(x);
  }

  public static float pow(float x, float y) {
    return TornadoMath.pow(x, y);
  }

  /** The greater; NaN if either is NaN; of two zeros the positive one. */
  public static float maximum(float a, float b) {
    if (a == b) {
      return a == 0 ? a + b : a;
    }
    return a > b || Float.isNaN(a) ? a : b;
  }

  /** The lesser; NaN if either is NaN; of two zeros the negative one. */
  public static float minimum(float a, float b) {
    if (a == b) {
      return a == 0 ? -(-a - b) : a;
    }
    return a < b || Float.isNaN(a) ? a : b;
  }
}
