package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines are told which inputs are parameters. */
class LastingInputsTest {

  /** The reference backend, with a list of what it was given to compile. */
  private static final class Recorder implements Backend {

    private final Backend backend = ReferenceBackend.inFloatPrecision();
    private final List<Schedule> schedules = new ArrayList<>();

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
      schedules.add(schedule);
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

  @Test
  void parametersLastAndOtherTensorsDoNot() {
    try (Recorder recorder = new Recorder()) {
      Backends.with(
          recorder,
          () -> {
            Tensor data = Tensor.ones(20, 30).evaluate();
            Parameter weight = new Parameter(Tensor.ones(30, 10));
            recorder.schedules.clear();
            data.matmul(weight).evaluate();
            data.matmul(weight.detach().mul(2).evaluate()).evaluate();
            weight.add(1).evaluate();
          });
      assertThat(recorder.schedules)
          .extracting(Schedule::lasting)
          .containsExactly(
              new boolean[] {false, true}, // data x weight
              new boolean[] {true}, // detached
              new boolean[] {false, false}, // the same structure, but for the parameter
              new boolean[] {true});
    }
  }
}
