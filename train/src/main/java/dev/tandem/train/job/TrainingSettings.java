package dev.tandem.train.job;

/**
 * How a model is trained.
 *
 * @param optimizer how parameters follow their gradients
 * @param learningRate in the first epoch; it falls to 0 along half a cosine until the last
 * @param epochs passes over the training rows at most
 * @param batchSize rows in a step at most; the last step of an epoch takes what is left
 * @param patience epochs without a better validation loss after which training stops; 0 for never
 * @param seed of the first parameters, of the rows held out and of their order in each epoch
 */
public record TrainingSettings(
    OptimizerKind optimizer,
    double learningRate,
    int epochs,
    int batchSize,
    int patience,
    long seed) {

  /** The learning rate of an epoch, counted from 1. */
  public double learningRate(int epoch) {
    return learningRate * 0.5 * (1 + Math.cos(Math.PI * (epoch - 1) / epochs));
  }
}
