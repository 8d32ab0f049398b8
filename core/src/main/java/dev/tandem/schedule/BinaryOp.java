package dev.tandem.schedule;

/**
 * The elementwise functions of two arguments. Comparisons answer 1 for true and 0 for false, and
 * false whenever an argument is NaN (except {@link #NE}, which is then true).
 */
public enum BinaryOp {
  ADD {
    @Override
    public double apply(double a, double b) {
      return a + b;
    }
  },
  SUB {
    @Override
    public double apply(double a, double b) {
      return a - b;
    }
  },
  MUL {
    @Override
    public double apply(double a, double b) {
      return a * b;
    }
  },
  DIV {
    @Override
    public double apply(double a, double b) {
      return a / b;
    }
  },
  /** C's {@code pow}: {@code pow(x, 0) = pow(1, y) = 1} even for NaN. */
  POW {
    @Override
    public double apply(double a, double b) {
      return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
    }
  },
  /** The greater argument; NaN if either is NaN. */
  MAXIMUM {
    @Override
    public double apply(double a, double b) {
      return Math.max(a, b);
    }
  },
  /** The lesser argument; NaN if either is NaN. */
  MINIMUM {
    @Override
    public double apply(double a, double b) {
      return Math.min(a, b);
    }
  },
  EQ {
    @Override
    public double apply(double a, double b) {
      return a == b ? 1 : 0;
    }
  },
  NE {
    @Override
    public double apply(double a, double b) {
      return a != b ? 1 : 0;
    }
  },
  LT {
    @Override
    public double apply(double a, double b) {
      return a < b ? 1 : 0;
    }
  },
  LE {
    @Override
    public double apply(double a, double b) {
      return a <= b ? 1 : 0;
    }
  },
  GT {
    @Override
    public double apply(double a, double b) {
      return a > b ? 1 : 0;
    }
  },
  GE {
    @Override
    public double apply(double a, double b) {
      return a >= b ? 1 : 0;
    }
  };

  /** The value of the function at {@code (a, b)}, in double precision. */
  public abstract double apply(double a, double b);
}
