package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Says what every engine found on this machine. */
@Command(name = "devices", description = "Lists every engine and what it found on this machine.")
final class DevicesCommand implements Callable<Integer> {

  private final Streams streams;

  DevicesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Engines.probes().forEach(this::describe);
    streams.out().println("--backend auto takes " + automatic());
    return Cli.OK;
  }

  private static String automatic() {
    try {
      return Backends.preferred().name();
    } catch (BackendUnavailableException none) {
      return "none: " + none.getMessage();
    }
  }

  private void describe(String name, Probe probe) {
    PrintStream out = streams.out();
    switch (probe) {
      case Probe.Available available -> {
        out.println(name);
        for (Device device : available.devices()) {
          String properties =
              device.properties().entrySet().stream()
                  .map(property -> property.getKey() + " " + property.getValue())
                  .collect(Collectors.joining(", "));
          out.println(
              "  %s  %s%s"
                  .formatted(
                      device.id(),
                      device.name(),
                      properties.isEmpty() ? "" : " (" + properties + ")"));
        }
        if (!available.chosenByItself()) {
          out.println("  only a processor, which the engine cpu uses better: taken when named");
        }
      }
      case Probe.Unavailable unavailable -> {
        out.println(name + "  not available");
        out.println("  " + unavailable.reason() + ".");
        out.println("  " + unavailable.remedy() + ".");
      }
    }
  }
}
