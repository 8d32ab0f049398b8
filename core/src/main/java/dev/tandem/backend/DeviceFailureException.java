package dev.tandem.backend;

import org.jspecify.annotations.Nullable;

/**
 * A device or its driver did not do what an engine told it. What it should have computed is lost,
 * and so may be values that were only on the device; the message says what, and what to do.
 */
public class DeviceFailureException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * @param problem what failed, a sentence without a full stop
   * @param remedy what the user can do about it, likewise
   */
  public DeviceFailureException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem + ". " + remedy + ".", cause);
  }
}
