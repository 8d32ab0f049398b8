package dev.tandem.nn;

import dev.tandem.Tensor;

/** The mean squared error, as {@code torch.nn.MSELoss} computes it. */
public final class Mse {

  private Mse() {}

  /**
   * The mean of the squared differences, of shape {@code []}. Nothing is broadcast: predictions of
   * shape {@code [n, 1]} against targets of shape {@code [n]} are a mistake that would otherwise
   * train to nonsense.
   *
   * @throws IllegalArgumentException if the shapes or backends differ
   */
  public static Tensor of(Tensor prediction, Tensor target) {
    if (!prediction.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "mse: the prediction has shape %s, the target %s; reshape one of them to the other"
              .formatted(prediction.shape(), target.shape()));
    }
    return prediction.sub(target).square().mean();
  }
}
