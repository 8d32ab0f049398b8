package dev.tandem.benchmarks.contest;

/** A problem that a contender has made ready: inputs are in its own memory. */
public interface Work extends AutoCloseable {

  /**
   * Solves it once. Complete when it returns.
   *
   * @return something that depends on the result, so that nobody removes the computation
   */
  Object run();

  /**
   * The result in row-major order. Called once, before any {@link #run}; may solve the problem to
   * get it.
   */
  float[] result();

  /** Gives back memory. */
  @Override
  default void close() {}
}
