package dev.tandem.benchmarks.contest;

import dev.tandem.Evaluation;
import dev.tandem.Parameter;
import dev.tandem.Tensor;

/** A weight with its moments and a gradient, and Adam's update as three assignments of one run. */
final class AdamState {

  private final Parameter weight;
  private final Parameter first;
  private final Parameter second;
  private final Tensor gradient;

  AdamState(float[][] inputs) {
    weight = new Parameter(Tensor.of(inputs[0])).requiresGrad(false);
    first = new Parameter(Tensor.of(inputs[1])).requiresGrad(false);
    second = new Parameter(Tensor.of(inputs[2])).requiresGrad(false);
    gradient = Tensor.of(inputs[3]);
  }

  Evaluation update() {
    Tensor m = first.mul(AdamUpdate.BETA1).add(gradient.mul(1 - AdamUpdate.BETA1));
    Tensor v = second.mul(AdamUpdate.BETA2).add(gradient.square().mul(1 - AdamUpdate.BETA2));
    Tensor divisor = v.mul(AdamUpdate.SECOND_CORRECTION).sqrt().add(AdamUpdate.EPSILON);
    Tensor w = weight.sub(m.mul(AdamUpdate.CORRECTED_RATE).div(divisor));
    return new Evaluation().assign(weight, w).assign(first, m).assign(second, v);
  }

  float[] values() {
    return AdamUpdate.joined(weight.toArray(), first.toArray(), second.toArray());
  }
}
