package dev.tandem.schedule;

/**
 * The elementwise functions of one argument. Each constant carries its formula in double precision:
 * the definition that the reference backend runs and that every other engine is compared with.
 */
public enum UnaryOp {
  NEG {
    @Override
    public double apply(double x) {
      return -x;
    }
  },
  ABS {
    @Override
    public double apply(double x) {
      return Math.abs(x);
    }
  },
  EXP {
    @Override
    public double apply(double x) {
      return Math.exp(x);
    }
  },
  /** Natural logarithm; NaN below zero, negative infinity at zero. */
  LOG {
    @Override
    public double apply(double x) {
      return Math.log(x);
    }
  },
  SQRT {
    @Override
    public double apply(double x) {
      return Math.sqrt(x);
    }
  },
  SQUARE {
    @Override
    public double apply(double x) {
      return x * x;
    }
  },
  RECIPROCAL {
    @Override
    public double apply(double x) {
      return 1 / x;
    }
  },
  TANH {
    @Override
    public double apply(double x) {
      return Math.tanh(x);
    }
  },
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID {
    @Override
    public double apply(double x) {
      return 1 / (1 + Math.exp(-x));
    }
  },
  /** {@code max(x, 0)}; NaN stays NaN and -0 stays -0. */
  RELU {
    @Override
    public double apply(double x) {
      return x < 0 ? 0 : x;
    }
  },
  /** The exact form {@code x * P(X <= x)} for a standard normal X, not the tanh approximation. */
  GELU {
    @Override
    public double apply(double x) {
      return x * 0.5 * ErrorFunction.erfc(-x * Math.sqrt(0.5));
    }
  },
  /** {@code log(1 + exp(x))}, computed so that neither large nor small x loses precision. */
  SOFTPLUS {
    @Override
    public double apply(double x) {
      return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }
  },
  /** Gauss's error function. */
  ERF {
    @Override
    public double apply(double x) {
      return ErrorFunction.erf(x);
    }
  },
  /** -1, 0 or 1; 0 for NaN, as in PyTorch. */
  SIGN {
    @Override
    public double apply(double x) {
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    }
  },
  FLOOR {
    @Override
    public double apply(double x) {
      return Math.floor(x);
    }
  },
  SIN {
    @Override
    public double apply(double x) {
      return Math.sin(x);
    }
  },
  COS {
    @Override
    public double apply(double x) {
      return Math.cos(x);
    }
  };

  /** The value of the function at {@code x}, in double precision. */
  public abstract double apply(double x);
}
