package dev.tandem.train;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Device;
import dev.tandem.backend.DeviceFailureException;
import dev.tandem.backend.Executable;
import dev.tandem.backend.Probe;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.ForwardingBackend;
import java.util.List;
import java.util.Map;

/** An engine of these tests, taken when it is named: its device refuses to compute anything. */
public final class BrokenEngine implements BackendProvider {

  private static final Device DEVICE = new Device("broken:0", "a box without a cable", Map.of());

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public int priority() {
    return -1;
  }

  @Override
  public Probe probe() {
    return new Probe.Available(List.of(DEVICE), false);
  }

  @Override
  public Backend open(BackendOptions options) {
    return new Broken();
  }

  /** Holds values as the reference backend does. */
  private static final class Broken extends ForwardingBackend {

    Broken() {
      super(ReferenceBackend.inFloatPrecision());
    }

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Device device() {
      return DEVICE;
    }

    /** As a driver says it, in lines. */
    @Override
    public Executable compile(Schedule schedule) {
      throw new DeviceFailureException(
          "broken: a run failed (the\n  cable is out)", "Put it in again", null);
    }
  }
}
