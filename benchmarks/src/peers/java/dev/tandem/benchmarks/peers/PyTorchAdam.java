package dev.tandem.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tandem.benchmarks.contest.AdamUpdate;
import dev.tandem.benchmarks.contest.Work;

/** Adam's update by operations in place. */
final class PyTorchAdam implements Work {

  private final NDManager manager;
  private final NDArray weight;
  private final NDArray first;
  private final NDArray second;
  private final NDArray gradient;

  PyTorchAdam(float[][] inputs, NDManager manager) {
    this.manager = manager;
    weight = manager.create(inputs[0]);
    first = manager.create(inputs[1]);
    second = manager.create(inputs[2]);
    gradient = manager.create(inputs[3]);
  }

  @Override
  public Object run() {
    try (NDArray part = gradient.mul(1 - AdamUpdate.BETA1);
        NDArray square = gradient.mul(gradient).muli(1 - AdamUpdate.BETA2)) {
      first.muli(AdamUpdate.BETA1).addi(part);
      second.muli(AdamUpdate.BETA2).addi(square);
    }
    try (NDArray scaled = second.mul(AdamUpdate.SECOND_CORRECTION);
        NDArray divisor = scaled.sqrt().addi(AdamUpdate.EPSILON);
        NDArray change = first.mul(AdamUpdate.CORRECTED_RATE).divi(divisor)) {
      weight.subi(change);
    }
    return weight;
  }

  @Override
  public float[] result() {
    run();
    return AdamUpdate.joined(weight.toFloatArray(), first.toFloatArray(), second.toFloatArray());
  }

  @Override
  public void close() {
    manager.close();
  }
}
