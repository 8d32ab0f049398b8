package dev.tandem.train.job;

/**
 * One pass over the training rows.
 *
 * @param epoch counted from 1
 * @param learningRate used in it
 * @param trainingMse mean over its steps, each before its update, in the target's units squared
 * @param validationMse after it, likewise; NaN if no rows were held out
 * @param rowsPerSecond training rows over the time of the whole epoch
 */
public record EpochReport(
    int epoch,
    double learningRate,
    double trainingMse,
    double validationMse,
    double rowsPerSecond) {

  /** Whether rows were held out. */
  public boolean hasValidation() {
    return !Double.isNaN(validationMse);
  }
}
