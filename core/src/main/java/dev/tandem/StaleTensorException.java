package dev.tandem;

/**
 * A tensor was asked for a value that can no longer be computed: it was closed, or it was described
 * from a parameter that has changed since. The message names the cause and the remedy.
 */
public final class StaleTensorException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public StaleTensorException(String message) {
    super(message);
  }
}
