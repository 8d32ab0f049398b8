package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;

/** Another engine under another roof: tests override what they watch or break. */
public class ForwardingBackend implements Backend {

  private final Backend backend;

  public ForwardingBackend(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public Device device() {
    return backend.device();
  }

  @Override
  public Buffer allocate(int elements) {
    return backend.allocate(elements);
  }

  @Override
  public void upload(MemorySegment source, Buffer target) {
    backend.upload(source, target);
  }

  @Override
  public void download(Buffer source, MemorySegment target) {
    backend.download(source, target);
  }

  @Override
  public Executable compile(Schedule schedule) {
    return backend.compile(schedule);
  }

  @Override
  public MemoryUse memory() {
    return backend.memory();
  }

  @Override
  public void close() {
    backend.close();
  }
}
