package dev.tandem.reference;

/**
 * What the reference engine does after every operation. It always computes and stores in double;
 * {@link #FLOAT} rounds each result, so that every stored number is a float32.
 */
enum Precision {
  /**
   * What the contract of a backend asks for: every register and every stored element is a float32.
   */
  FLOAT {
    @Override
    double round(double value) {
      return (float) value;
    }
  },
  /** Nothing is rounded: for finite differences, which float32 is too coarse for. */
  DOUBLE {
    @Override
    double round(double value) {
      return value;
    }
  };

  abstract double round(double value);
}
