package dev.tandem.cpu;

/**
 * One operator of the strip engine: a loop over strips. Operators are called through this interface
 * and not through a switch for the JIT's sake: each loop is compiled by itself, quickly and from
 * its own profile. One that the JIT pulls into its caller is judged by how often that caller came
 * by, and where that was seldom, slices and vectors become objects for good.
 */
@FunctionalInterface
interface StripLoop {

  /**
   * Computes {@code out[i] = f(a[i], b[i], c[i])} for {@code i < n}; a function of fewer arguments
   * ignores the last ones. {@code out} may be one of the arguments.
   *
   * @param spare floats to work in, as many strips as the function needs
   * @param n whole vectors, and at least one
   */
  void run(Strip a, Strip b, Strip c, Strip out, Strip spare, int n);

  /**
   * Runs a loop. This is the only place that calls one, so that all callers share a profile of many
   * loops ({@link Priming}) and the JIT makes it a true call everywhere.
   */
  static void call(StripLoop loop, Strip a, Strip b, Strip c, Strip out, Strip spare, int n) {
    loop.run(a, b, c, out, spare, n);
  }

  /**
   * A function that takes several loops, each of which is compiled by itself, too. They hand on
   * what they like in {@code spare}. A loop of more than about 40 vector operations has to be cut
   * into such: past some 18,000 nodes the JIT inlines nothing any more that it is not forced to.
   */
  static StripLoop inTurn(StripLoop... stages) {
    return (a, b, c, out, spare, n) -> {
      for (StripLoop stage : stages) {
        call(stage, a, b, c, out, spare, n);
      }
    };
  }
}
