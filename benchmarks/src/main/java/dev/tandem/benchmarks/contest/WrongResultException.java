package dev.tandem.benchmarks.contest;

/** A contender computed something else: its time would mean nothing. */
public final class WrongResultException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongResultException(String message) {
    super(message);
  }
}
