package dev.tandem.train.job;

/** Told about a training run while it goes on. */
public interface Progress extends AutoCloseable {

  /** Says nothing. */
  Progress NONE = report -> {};

  /** An epoch is over. */
  void epoch(EpochReport report);

  /** The run is over, well or not. */
  @Override
  default void close() {}
}
