package dev.tandem.backend;

/**
 * Where the time of an engine's runs went, in nanoseconds.
 *
 * @param kernels computing on the device
 * @param transfers copying between host and device
 * @param compilation making kernels for the device
 */
public record RunTimes(long kernels, long transfers, long compilation) {

  public static final RunTimes NONE = new RunTimes(0, 0, 0);

  /** These and others together. */
  public RunTimes plus(RunTimes others) {
    return new RunTimes(
        kernels + others.kernels, transfers + others.transfers, compilation + others.compilation);
  }

  /** What has come since {@code earlier}. */
  public RunTimes since(RunTimes earlier) {
    return new RunTimes(
        kernels - earlier.kernels,
        transfers - earlier.transfers,
        compilation - earlier.compilation);
  }
}
