package dev.tandem.benchmarks.contest;

import dev.tandem.backend.Backend;

/** Adam's update, described each time anew. */
final class DescribedAdam implements Work {

  private final AdamState state;
  private final Backend backend;

  DescribedAdam(float[][] inputs, Backend backend) {
    state = new AdamState(inputs);
    this.backend = backend;
  }

  @Override
  public Object run() {
    state.update().run();
    return state;
  }

  @Override
  public float[] result() {
    run();
    return state.values();
  }

  @Override
  public void close() {
    backend.close();
  }
}
