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
  private final Backend backend;

  PreparedOperation(Supplier<Tensor> description, boolean reads, Backend backend) {
    this.reads = reads;
    this.backend = backend;
    evaluation = Evaluation.of(description.get()).prepare();
  }

  @Override
  public Object run() {
    evaluation.run();
    return reads ? evaluation.item(0) : evaluation;
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
