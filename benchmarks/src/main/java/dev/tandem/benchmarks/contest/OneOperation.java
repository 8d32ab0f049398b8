package dev.tandem.benchmarks.contest;

/**
 * The addition of two known vectors of one element, up to a stage. What it costs is overhead.
 *
 * @param stage how far to go
 */
public record OneOperation(Stage stage) implements Problem {

  /** How far. */
  public enum Stage {
    /** The sum is described, if the contender can do that without computing it. */
    DESCRIBE,
    /** The sum is computed. */
    EVALUATE,
    /** The sum is computed and read as a Java float. */
    READ
  }

  @Override
  public Cost cost() {
    return Cost.NONE;
  }

  @Override
  public float[][] inputs() {
    return new float[][] {{1.5f}, {2.25f}};
  }

  @Override
  public void check(float[][] inputs, float[] result) {
    new Comparison(this, result, 1).check(0, 3.75, 0);
  }
}
