package dev.tandem;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.UnaryOp;

/**
 * The elementwise operations of a {@link Tensor}. Those on two tensors broadcast by NumPy's rule:
 * shapes are aligned at the end, and a dimension of 1 is repeated to match the other; shapes that
 * do not fit throw {@link IllegalArgumentException}. A number stands for a tensor of shape {@code
 * []}; it is rounded to float32, and using another number never makes a new schedule.
 */
sealed interface TensorElementwise permits Tensor {

  /** The negative of each element. */
  default Tensor neg() {
    return Tensor.unary(UnaryOp.NEG, (Tensor) this);
  }

  /** The absolute value of each element. */
  default Tensor abs() {
    return Tensor.unary(UnaryOp.ABS, (Tensor) this);
  }

  /** e to the power of each element. */
  default Tensor exp() {
    return Tensor.unary(UnaryOp.EXP, (Tensor) this);
  }

  /** The natural logarithm; NaN below 0, negative infinity at 0. */
  default Tensor log() {
    return Tensor.unary(UnaryOp.LOG, (Tensor) this);
  }

  /** The square root; NaN below 0. */
  default Tensor sqrt() {
    return Tensor.unary(UnaryOp.SQRT, (Tensor) this);
  }

  /** Each element times itself. */
  default Tensor square() {
    return Tensor.unary(UnaryOp.SQUARE, (Tensor) this);
  }

  /** 1 divided by each element. */
  default Tensor reciprocal() {
    return Tensor.unary(UnaryOp.RECIPROCAL, (Tensor) this);
  }

  /** The hyperbolic tangent. */
  default Tensor tanh() {
    return Tensor.unary(UnaryOp.TANH, (Tensor) this);
  }

  /** {@code 1 / (1 + exp(-x))}. */
  default Tensor sigmoid() {
    return Tensor.unary(UnaryOp.SIGMOID, (Tensor) this);
  }

  /** {@code max(x, 0)}; the gradient at 0 is 0. */
  default Tensor relu() {
    return Tensor.unary(UnaryOp.RELU, (Tensor) this);
  }

  /** {@code x * P(X <= x)} for a standard normal X (the exact form, not the tanh approximation). */
  default Tensor gelu() {
    return Tensor.unary(UnaryOp.GELU, (Tensor) this);
  }

  /** {@code log(1 + exp(x))}. */
  default Tensor softplus() {
    return Tensor.unary(UnaryOp.SOFTPLUS, (Tensor) this);
  }

  /** Gauss's error function. */
  default Tensor erf() {
    return Tensor.unary(UnaryOp.ERF, (Tensor) this);
  }

  /** -1, 0 or 1; 0 for NaN. Its gradient is 0. */
  default Tensor sign() {
    return Tensor.unary(UnaryOp.SIGN, (Tensor) this);
  }

  /** The greatest integer not above each element. Its gradient is 0. */
  default Tensor floor() {
    return Tensor.unary(UnaryOp.FLOOR, (Tensor) this);
  }

  /** The sine of an angle in radians. */
  default Tensor sin() {
    return Tensor.unary(UnaryOp.SIN, (Tensor) this);
  }

  /** The cosine of an angle in radians. */
  default Tensor cos() {
    return Tensor.unary(UnaryOp.COS, (Tensor) this);
  }

  /** The sum. */
  default Tensor add(Tensor other) {
    return Tensor.binary(BinaryOp.ADD, (Tensor) this, other);
  }

  /** The sum. */
  default Tensor add(double other) {
    return Tensor.binary(BinaryOp.ADD, (Tensor) this, other);
  }

  /** This minus the other. */
  default Tensor sub(Tensor other) {
    return Tensor.binary(BinaryOp.SUB, (Tensor) this, other);
  }

  /** This minus the other. */
  default Tensor sub(double other) {
    return Tensor.binary(BinaryOp.SUB, (Tensor) this, other);
  }

  /** The product, element by element; for matrices see {@link Tensor#matmul}. */
  default Tensor mul(Tensor other) {
    return Tensor.binary(BinaryOp.MUL, (Tensor) this, other);
  }

  /** The product, element by element; for matrices see {@link Tensor#matmul}. */
  default Tensor mul(double other) {
    return Tensor.binary(BinaryOp.MUL, (Tensor) this, other);
  }

  /** This divided by the other. */
  default Tensor div(Tensor other) {
    return Tensor.binary(BinaryOp.DIV, (Tensor) this, other);
  }

  /** This divided by the other. */
  default Tensor div(double other) {
    return Tensor.binary(BinaryOp.DIV, (Tensor) this, other);
  }

  /** This to the power of the other, as C's {@code pow}. */
  default Tensor pow(Tensor other) {
    return Tensor.binary(BinaryOp.POW, (Tensor) this, other);
  }

  /** Each element to the power of {@code exponent}; 2 and -1 become squares and reciprocals. */
  default Tensor pow(double exponent) {
    if (exponent == 2) {
      return square();
    }
    return exponent == -1 ? reciprocal() : Tensor.binary(BinaryOp.POW, (Tensor) this, exponent);
  }

  /** The greater of both; NaN if either is. At a tie each gets half of the gradient. */
  default Tensor maximum(Tensor other) {
    return Tensor.binary(BinaryOp.MAXIMUM, (Tensor) this, other);
  }

  /** The greater of both; NaN if either is. At a tie each gets half of the gradient. */
  default Tensor maximum(double other) {
    return Tensor.binary(BinaryOp.MAXIMUM, (Tensor) this, other);
  }

  /** The lesser of both; NaN if either is. At a tie each gets half of the gradient. */
  default Tensor minimum(Tensor other) {
    return Tensor.binary(BinaryOp.MINIMUM, (Tensor) this, other);
  }

  /** The lesser of both; NaN if either is. At a tie each gets half of the gradient. */
  default Tensor minimum(double other) {
    return Tensor.binary(BinaryOp.MINIMUM, (Tensor) this, other);
  }

  /** 1 where this is equal to the other, 0 elsewhere. No gradient passes. */
  default Tensor eq(Tensor other) {
    return Tensor.binary(BinaryOp.EQ, (Tensor) this, other);
  }

  /** 1 where this is equal to the number, 0 elsewhere. No gradient passes. */
  default Tensor eq(double other) {
    return Tensor.binary(BinaryOp.EQ, (Tensor) this, other);
  }

  /**
   * 1 where this is not equal to the other, 0 elsewhere; 1 where either is NaN. No gradient passes.
   */
  default Tensor ne(Tensor other) {
    return Tensor.binary(BinaryOp.NE, (Tensor) this, other);
  }

  /** 1 where this is not equal to the number, 0 elsewhere. No gradient passes. */
  default Tensor ne(double other) {
    return Tensor.binary(BinaryOp.NE, (Tensor) this, other);
  }

  /** 1 where this is less than the other, 0 elsewhere. No gradient passes. */
  default Tensor lt(Tensor other) {
    return Tensor.binary(BinaryOp.LT, (Tensor) this, other);
  }

  /** 1 where this is less than the number, 0 elsewhere. No gradient passes. */
  default Tensor lt(double other) {
    return Tensor.binary(BinaryOp.LT, (Tensor) this, other);
  }

  /** 1 where this is less than or equal to the other, 0 elsewhere. No gradient passes. */
  default Tensor le(Tensor other) {
    return Tensor.binary(BinaryOp.LE, (Tensor) this, other);
  }

  /** 1 where this is less than or equal to the number, 0 elsewhere. No gradient passes. */
  default Tensor le(double other) {
    return Tensor.binary(BinaryOp.LE, (Tensor) this, other);
  }

  /** 1 where this is greater than the other, 0 elsewhere. No gradient passes. */
  default Tensor gt(Tensor other) {
    return Tensor.binary(BinaryOp.GT, (Tensor) this, other);
  }

  /** 1 where this is greater than the number, 0 elsewhere. No gradient passes. */
  default Tensor gt(double other) {
    return Tensor.binary(BinaryOp.GT, (Tensor) this, other);
  }

  /** 1 where this is greater than or equal to the other, 0 elsewhere. No gradient passes. */
  default Tensor ge(Tensor other) {
    return Tensor.binary(BinaryOp.GE, (Tensor) this, other);
  }

  /** 1 where this is greater than or equal to the number, 0 elsewhere. No gradient passes. */
  default Tensor ge(double other) {
    return Tensor.binary(BinaryOp.GE, (Tensor) this, other);
  }

  /**
   * Each element, but at least {@code min} and at most {@code max}; NaN stays NaN. The gradient
   * passes where the element was within the bounds, the bounds included.
   *
   * @throws IllegalArgumentException if {@code min > max}
   */
  default Tensor clamp(double min, double max) {
    if (min > max) {
      throw new IllegalArgumentException(
          "clamp: the lower bound %s is above the upper bound %s".formatted(min, max));
    }
    Tensor self = (Tensor) this;
    Tensor low = self.scalarLike(min);
    Tensor high = self.scalarLike(max);
    return Tensor.where(self.lt(low), low, Tensor.where(self.gt(high), high, self));
  }
}
