package dev.tandem.train;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.DeviceFailureException;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.backend.Probe;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
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
    return new Broken(ReferenceBackend.inFloatPrecision());
  }

  /** Holds values as the reference backend does. */
  private record Broken(Backend memories) implements Backend {

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Device device() {
      return DEVICE;
    }

    @Override
    public Buffer allocate(int elements) {
      return memories.allocate(elements);
    }

    @Override
    public void upload(MemorySegment source, Buffer target) {
      memories.upload(source, target);
    }

    @Override
    public void download(Buffer source, MemorySegment target) {
      memories.download(source, target);
    }

    /** As a driver says it, in lines. */
    @Override
    public Executable compile(Schedule schedule) {
      throw new DeviceFailureException(
          "broken: a run failed (the\n  cable is out)", "Put it in again", null);
    }

    @Override
    public MemoryUse memory() {
      return memories.memory();
    }

    @Override
    public void close() {
      memories.close();
    }
  }
}
