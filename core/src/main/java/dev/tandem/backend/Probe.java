package dev.tandem.backend;

import java.util.List;

/** What a provider found out about this machine. */
public sealed interface Probe {

  /**
   * The engine can run.
   *
   * @param devices what it can run on, the default first; never empty
   * @param chosenByItself whether it may be taken where the user names no engine; false where it
   *     would only be slower than another: a GPU engine that has found nothing but a processor
   */
  record Available(List<Device> devices, boolean chosenByItself) implements Probe {
    public Available {
      devices = List.copyOf(devices);
    }

    /** An engine that may be chosen by itself. */
    public Available(List<Device> devices) {
      this(devices, true);
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
