package dev.tandem.benchmarks.contest;

import dev.tandem.Tensor;
import dev.tandem.backend.Backend;

/** One addition, described, evaluated or read. */
final class DescribedOperation implements Work {

  private final OneOperation.Stage stage;
  private final Backend backend;
  private final Tensor a;
  private final Tensor b;

  DescribedOperation(OneOperation.Stage stage, float[][] inputs, Backend backend) {
    this.stage = stage;
    this.backend = backend;
    a = Tensor.of(inputs[0]);
    b = Tensor.of(inputs[1]);
  }

  @Override
  public Object run() {
    return switch (stage) {
      case DESCRIBE -> a.add(b);
      case EVALUATE -> a.add(b).evaluate();
      case READ -> a.add(b).item();
    };
  }

  @Override
  public float[] result() {
    return a.add(b).toArray();
  }

  @Override
  public void close() {
    backend.close();
  }
}
