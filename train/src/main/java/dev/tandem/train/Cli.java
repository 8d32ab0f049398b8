package dev.tandem.train;

import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.DeviceFailureException;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.train.data.JobException;
import dev.tandem.train.data.MissingValues;
import dev.tandem.train.data.UsageException;
import dev.tandem.train.job.Activation;
import dev.tandem.train.job.OptimizerKind;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: chooses the command, runs it, and turns every failure into one line and an exit
 * code.
 */
final class Cli {

  /** Done. */
  static final int OK = 0;

  /** The job could not be done. */
  static final int FAILURE = 1;

  /** The command was called wrongly. */
  static final int USAGE = 2;

  private final Streams streams;
  private final TandemCommand tandem;

  private Cli(Streams streams) {
    this.streams = streams;
    this.tandem = new TandemCommand();
  }

  /** Runs a command without a terminal. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    return run(arguments, new Streams(out, err, () -> false, 80));
  }

  /**
   * Runs a command.
   *
   * @param arguments the command and its options
   * @return {@link #OK}, {@link #FAILURE} or {@link #USAGE}
   */
  static int run(String[] arguments, Streams streams) {
    return new Cli(streams).execute(arguments);
  }

  private int execute(String[] arguments) {
    try {
      return commandLine(arguments).execute(arguments);
    } catch (OutOfMemoryError e) {
      return report(
          FAILURE,
          "not enough memory: %s. Give the JVM more (TANDEM_JAVA_OPTIONS=-Xmx8g) or the job fewer rows."
              .formatted(messageOf(e)),
          e);
    }
  }

  /**
   * The command line with the command that is asked for, or with all where none is: reading the
   * annotations of a command takes a tenth of a second.
   */
  private CommandLine commandLine(String[] arguments) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("train", () -> new TrainCommand(streams));
    commands.put("predict", () -> new PredictCommand(streams));
    commands.put("evaluate", () -> new EvaluateCommand(streams));
    commands.put("devices", () -> new DevicesCommand(streams));
    commands.put("example", () -> new ExampleCommand(streams));
    commands.put("version", () -> new VersionCommand(streams));
    commands.put("help", CommandLine.HelpCommand::new);
    CommandLine commandLine = new CommandLine(tandem);
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean isOne = commands.containsKey(first) && !first.equals("help");
    commands.forEach((name, command) -> {
      if (!isOne || name.equals(first)) {
        commandLine.addSubcommand(command.get());
      }
    });
    return commandLine
        .setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8))
        .registerConverter(Activation.class, new Word<>(Activation.values()))
        .registerConverter(MissingValues.class, new Word<>(MissingValues.values()))
        .registerConverter(NetworkOptions.Kind.class, new Word<>(NetworkOptions.Kind.values()))
        .registerConverter(OptimizerKind.class, new Word<>(OptimizerKind.values()))
        .registerConverter(
            TrainCommand.ProgressKind.class, new Word<>(TrainCommand.ProgressKind.values()))
        .setParameterExceptionHandler((e, args) -> wrongUsage(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failure(e));
  }

  private int wrongUsage(ParameterException e) {
    if (e.getCommandLine().getCommand() == tandem) {
      // called without a command, or with a wrong one: show what there is
      e.getCommandLine().usage(streams.err());
    }
    String message = inOneLine(messageOf(e)) + ". ";
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message += "Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "? ";
    }
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return report(USAGE, message + "See " + command + " --help.", e);
  }

  private int failure(Exception e) {
    return switch (e) {
      case UsageException _ -> report(USAGE, messageOf(e), e);
      case JobException _,
          BackendUnavailableException _,
          MemoryLimitException _,
          DeviceFailureException _ ->
          report(FAILURE, messageOf(e), e);
      default ->
          report(
              FAILURE,
              "unexpected failure: %s. Run again with --verbose and report what it prints."
                  .formatted(e),
              e);
    };
  }

  private static String inOneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String messageOf(Throwable e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Says what went wrong in one line, whatever a driver or a library put into the message. */
  private int report(int exitCode, String message, Throwable e) {
    streams.err().println("tandem: " + inOneLine(message));
    if (tandem.verbose()) {
      e.printStackTrace(streams.err());
    }
    return exitCode;
  }
}
