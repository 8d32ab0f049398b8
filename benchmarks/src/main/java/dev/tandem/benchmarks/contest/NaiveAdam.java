package dev.tandem.benchmarks.contest;

/** Adam's update as one loop over arrays. */
final class NaiveAdam implements Work {

  private final float[] weight;
  private final float[] first;
  private final float[] second;
  private final float[] gradient;

  NaiveAdam(float[][] inputs) {
    weight = inputs[0].clone();
    first = inputs[1].clone();
    second = inputs[2].clone();
    gradient = inputs[3];
  }

  @Override
  public Object run() {
    update(weight, first, second, gradient);
    return weight;
  }

  private static void update(float[] weight, float[] first, float[] second, float[] gradient) {
    for (int i = 0; i < weight.length; i++) {
      float g = gradient[i];
      float m = AdamUpdate.BETA1 * first[i] + (1 - AdamUpdate.BETA1) * g;
      float v = AdamUpdate.BETA2 * second[i] + (1 - AdamUpdate.BETA2) * g * g;
      first[i] = m;
      second[i] = v;
      float divisor = (float) Math.sqrt(v * AdamUpdate.SECOND_CORRECTION) + AdamUpdate.EPSILON;
      weight[i] -= AdamUpdate.CORRECTED_RATE * m / divisor;
    }
  }

  @Override
  public float[] result() {
    run();
    return AdamUpdate.joined(weight, first, second);
  }
}
