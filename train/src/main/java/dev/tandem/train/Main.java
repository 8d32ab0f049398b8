package dev.tandem.train;

/** The entry point of the {@code tandem} command. */
public final class Main {
  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    System.err.println("tandem: no commands yet");
    System.exit(2);
  }
}
