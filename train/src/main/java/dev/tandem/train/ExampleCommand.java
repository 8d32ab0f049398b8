package dev.tandem.train;

import dev.tandem.backend.Backend;
import dev.tandem.examples.Backpropagation;
import dev.tandem.train.data.UsageException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs a program of the {@code examples/} folder. */
@Command(
    name = "example",
    description = {"Runs an example of the documentation.", "", "Examples: backpropagation"})
final class ExampleCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(paramLabel = "NAME", description = "Which example.")
  private String name = "";

  @Mixin private BackendChoice backend = new BackendChoice();

  ExampleCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (!name.equals("backpropagation")) {
      throw new UsageException(
          "there is no example named '%s'".formatted(name), "There is: backpropagation");
    }
    try (Backend engine = backend.open()) {
      Backpropagation.run(engine, streams.out());
    }
    return Cli.OK;
  }
}
