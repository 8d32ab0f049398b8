package dev.tandem.train;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A command line that has been run in this process.
 *
 * @param exitCode what the process would have ended with
 * @param out its standard output
 * @param err its error output
 */
record Run(int exitCode, String out, String err) {

  static Run of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    int exitCode =
        Cli.run(
            words,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The data of the first example, from the module's directory or the project's. */
  static Path diabetes() {
    Path fromModule = Path.of("..", "examples", "diabetes.csv");
    return Files.exists(fromModule) ? fromModule : Path.of("examples", "diabetes.csv");
  }
}
