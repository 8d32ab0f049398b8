package dev.tandem.optim;

import dev.tandem.PreparedEvaluation;
import java.util.List;

/**
 * A step of an {@link Optimizer} with the loss and the gradients before it, to be repeated many
 * times: described, compiled and bound once. Options of the optimizer are settled, its learning
 * rate is not.
 *
 * <pre>{@code
 * Parameter inputs = new Parameter(Tensor.zeros(32, 3)).requiresGrad(false);
 * Parameter targets = new Parameter(Tensor.zeros(32, 1)).requiresGrad(false);
 * try (PreparedStep step = optimizer.prepare(Mse.of(model.forward(inputs), targets))) {
 *   for (Batch batch : batches) {
 *     inputs.set(batch.inputs());
 *     targets.set(batch.targets());
 *     step.run();
 *     log.info("{}", step.loss());
 *   }
 * }
 * }</pre>
 *
 * <p>Steps of both kinds can be mixed. After the model has been moved to another backend the step
 * has to be prepared again. Not for use by several threads at once.
 */
public final class PreparedStep implements AutoCloseable {

  private final PreparedEvaluation evaluation;
  private final ParameterState[] taking;

  PreparedStep(PreparedEvaluation evaluation, List<ParameterState> taking) {
    this.evaluation = evaluation;
    this.taking = taking.toArray(ParameterState[]::new);
  }

  /** Takes a step from the present values of all parameters. */
  public void run() {
    evaluation.run();
    for (ParameterState state : taking) {
      state.stepped();
    }
  }

  /** The loss before the last step. */
  public float loss() {
    return evaluation.item(0);
  }

  /** The schedule that is run, for people to read. */
  public String explain() {
    return evaluation.explain();
  }

  /** Frees its memory. Parameters and the optimizer's state stay. */
  @Override
  public void close() {
    evaluation.close();
  }
}
