package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Executable;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.ForwardingBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines are told which inputs are parameters. */
class LastingInputsTest {

  /** The reference backend, with a list of what it was given to compile. */
  private static final class Recorder extends ForwardingBackend {

    private final List<Schedule> schedules = new ArrayList<>();

    Recorder() {
      super(ReferenceBackend.inFloatPrecision());
    }

    @Override
    public Executable compile(Schedule schedule) {
      schedules.add(schedule);
      return super.compile(schedule);
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
