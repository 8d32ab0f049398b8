package dev.tandem.train.data;

/** An option does not fit the command or the file it names. Ends the process with exit code 2. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param problem what is wrong and where, a sentence without a full stop
   * @param remedy what the user can do about it, likewise
   */
  public UsageException(String problem, String remedy) {
    super(problem + ". " + remedy + ".");
  }
}
