package dev.tandem.cpu;

/**
 * A straight-line computation as one loop over vectors: what {@link GeneratedCode} writes the
 * classes of. It gives the bits that the loops of a {@link StripMachine} give one after another.
 */
interface GeneratedKernel {

  /**
   * Runs the loop. Every vector of the inputs is loaded before the same vector of an output is
   * stored, so an output may lie exactly where an input does.
   *
   * @param operands the inputs, the values that are the same for all elements, and the outputs
   * @param n floats in each input and output: whole vectors and at least one
   */
  void run(Strip[] operands, int n);
}
