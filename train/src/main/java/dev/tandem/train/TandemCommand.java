package dev.tandem.train;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program itself, without a command: what all commands have in common. */
@Command(
    name = "tandem",
    description = "Trains models on tables of numbers, on the CPU or the GPU.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    abbreviateSynopsis = true,
    sortOptions = false,
    footer = {"", "Exit codes: 0 done, 1 the job failed, 2 wrong usage."})
final class TandemCommand {

  @Option(
      names = "--verbose",
      description = "Print a stack trace with an error.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }
}
