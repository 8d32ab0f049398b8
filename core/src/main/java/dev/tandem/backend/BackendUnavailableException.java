package dev.tandem.backend;

/** A backend was asked for that cannot run here; the message says why and what to do about it. */
public final class BackendUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BackendUnavailableException(String name, Probe.Unavailable cause) {
    super("backend %s cannot run: %s. %s.".formatted(name, cause.reason(), cause.remedy()));
  }

  public BackendUnavailableException(String message) {
    super(message);
  }
}
