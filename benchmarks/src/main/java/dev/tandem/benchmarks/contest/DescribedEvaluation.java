package dev.tandem.benchmarks.contest;

import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import java.util.function.Supplier;

/** Describes a tensor, evaluates it and closes it, each time anew. */
record DescribedEvaluation(Supplier<Tensor> description, Backend backend) implements Work {

  @Override
  public Object run() {
    Tensor result = description.get();
    result.evaluate();
    result.close();
    return result;
  }

  @Override
  public float[] result() {
    try (Tensor result = description.get()) {
      return result.toArray();
    }
  }

  @Override
  public void close() {
    backend.close();
  }
}
