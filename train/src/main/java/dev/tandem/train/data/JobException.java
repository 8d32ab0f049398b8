package dev.tandem.train.data;

import org.jspecify.annotations.Nullable;

/**
 * The job cannot be done with what it was given: bad data, no such file, no such engine. Ends the
 * process with exit code 1.
 */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param problem what is wrong and where, a sentence without a full stop
   * @param remedy what the user can do about it, likewise
   */
  public JobException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  /**
   * @param problem what is wrong and where, a sentence without a full stop
   * @param remedy what the user can do about it, likewise
   * @param cause shown with {@code --verbose}
   */
  public JobException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem + ". " + remedy + ".", cause);
  }
}
