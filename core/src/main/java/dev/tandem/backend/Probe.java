package dev.tandem.backend;

import java.util.List;

/** What a provider found out about this machine. */
public sealed interface Probe {

  /**
   * The engine can run.
   *
   * @param devices what it can run on, the default first; never empty
   */
  record Available(List<Device> devices) implements Probe {
    public Available {
      devices = List.copyOf(devices);
    }
  }

  /**
   * The engine cannot run.
   *
   * @param reason what is missing, a sentence without a full stop
   * @param remedy what the user can do about it, likewise
   */
  record Unavailable(String reason, String remedy) implements Probe {}
}
