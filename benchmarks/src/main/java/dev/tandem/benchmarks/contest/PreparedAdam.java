package dev.tandem.benchmarks.contest;

import dev.tandem.PreparedEvaluation;
import dev.tandem.backend.Backend;

/** Adam's update, prepared once. */
final class PreparedAdam implements Work {

  private final AdamState state;
  private final PreparedEvaluation update;
  private final Backend backend;

  PreparedAdam(float[][] inputs, Backend backend) {
    state = new AdamState(inputs);
    update = state.update().prepare();
    this.backend = backend;
  }

  @Override
  public Object run() {
    update.run();
    return state;
  }

  @Override
  public float[] result() {
    run();
    return state.values();
  }

  @Override
  public void close() {
    update.close();
    backend.close();
  }
}
