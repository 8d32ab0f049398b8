package dev.tandem.benchmarks.contest;

import dev.tandem.Evaluation;
import dev.tandem.PreparedEvaluation;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import java.util.function.Supplier;

/** One result, prepared once, run and perhaps read each time. */
final class PreparedOperation implements Work {

  private final PreparedEvaluation evaluation;
  private final boolean reads;
  private final float[] read = new float[1]; // no object for each run, which would be counted
  private final Backend backend;

  PreparedOperation(Supplier<Tensor> description, boolean reads, Backend backend) {
    this.reads = reads;
    this.backend = backend;
    evaluation = Evaluation.of(description.get()).prepare();
  }

  @Override
  public Object run() {
    evaluation.run();
    if (reads) {
      read[0] = evaluation.item(0);
    }
    return read;
  }

  @Override
  public float[] result() {
    evaluation.run();
    return evaluation.toArray(0);
  }

  @Override
  public void close() {
    evaluation.close();
    backend.close();
  }
}
