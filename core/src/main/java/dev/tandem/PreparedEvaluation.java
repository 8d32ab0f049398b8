package dev.tandem;

import dev.tandem.graph.PreparedRun;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An {@link Evaluation} to be repeated many times at the least cost: described, lowered, compiled
 * and bound once. A run allocates nothing and takes no longer than its kernels.
 *
 * <p>What may change between runs are the values of parameters. So data that changes comes from
 * parameters too, frozen ones, filled by {@link Parameter#set(float[])} where they change; their
 * shapes are fixed. Results are read from here, not from the tensors that described them.
 *
 * <p>Not for use by several threads at once.
 */
public final class PreparedEvaluation implements AutoCloseable {

  private final PreparedRun run;
  private final List<Tensor> results;
  private final Parameter[] assigned;
  private final Evaluation.LiveNumber[] numbers;

  PreparedEvaluation(
      PreparedRun run,
      List<Tensor> results,
      List<Parameter> assigned,
      List<Evaluation.LiveNumber> numbers) {
    this.run = run;
    this.results = List.copyOf(results);
    this.assigned = assigned.toArray(Parameter[]::new);
    this.numbers = numbers.toArray(Evaluation.LiveNumber[]::new);
  }

  /** Computes the results and overwrites the assigned parameters, from their present values. */
  public void run() {
    for (Evaluation.LiveNumber number : numbers) {
      number.refresh();
    }
    run.run();
    for (Parameter parameter : assigned) {
      parameter.retire("was changed by a prepared evaluation");
    }
  }

  /**
   * The value of a result with one element after the last run.
   *
   * @param result which of the results, in the order they were given
   * @throws IllegalStateException if it has more elements, or before the first run
   */
  public float item(int result) {
    Shape shape = results.get(result).shape();
    if (shape.elements() != 1) {
      throw new IllegalStateException(
          "item: result %d has shape %s, not one element; use toArray".formatted(result, shape));
    }
    return run.readScalar(result);
  }

  /**
   * The values of a result after the last run, in row-major order, in a new array.
   *
   * @throws IllegalStateException before the first run
   */
  public float[] toArray(int result) {
    float[] values = new float[results.get(result).shape().elements()];
    copyTo(result, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Copies the values of a result after the last run, in row-major order, to memory of exactly as
   * many float32 in native order.
   *
   * @throws IllegalArgumentException if the segment has another size
   * @throws IllegalStateException before the first run
   */
  public void copyTo(int result, MemorySegment target) {
    run.read(result, target);
  }

  /** The schedule that is run, for people to read. */
  public String explain() {
    return run.explain();
  }

  /** Frees its memory. The parameters stay. */
  @Override
  public void close() {
    run.close();
  }
}
