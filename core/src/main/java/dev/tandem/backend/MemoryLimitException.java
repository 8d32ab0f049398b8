package dev.tandem.backend;

/** More memory was asked for than the limit or the device allows. Nothing was changed. */
public final class MemoryLimitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MemoryLimitException(String message) {
    super(message);
  }
}
