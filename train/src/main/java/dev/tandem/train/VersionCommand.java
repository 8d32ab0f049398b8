package dev.tandem.train;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what is running. */
@Command(name = "version", description = "Prints the versions of tandem and Java.")
final class VersionCommand implements Callable<Integer> {

  private final Streams streams;

  VersionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    for (String line : new Version().getVersion()) {
      streams.out().println(line);
    }
    return Cli.OK;
  }
}
