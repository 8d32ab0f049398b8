package dev.tandem.train;

import java.io.Console;

/** The entry point of the {@code tandem} command. */
public final class Main {

  private static final int USUAL_WIDTH = 80;

  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    System.exit(Cli.run(arguments, new Streams(System.out, System.err, Main::isTerminal, width())));
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** As the shell says, if it says so. */
  private static int width() {
    String columns = System.getenv("COLUMNS");
    if (columns == null || !columns.matches("[1-9][0-9]{1,3}")) {
      return USUAL_WIDTH;
    }
    return Integer.parseInt(columns);
  }
}
