package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Parameters that are updated in place stay on the device, and are copied only when they must. */
final class ResidencyTest extends OnGpu {

  private static final int ELEMENTS = 3;

  private static Schedule step() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View parameter = View.of(builder.input(ELEMENTS), ELEMENTS);
    View change = View.of(builder.input(ELEMENTS), ELEMENTS);
    View updated = View.of(builder.update(parameter.slot()), ELEMENTS);
    return builder
        .elementwise(ExpressionBuilder.of(BinaryOp.ADD), updated, parameter, change)
        .build();
  }

  /** A parameter and what is added to it in each run. */
  private record Model(GpuExecutable step, Buffer parameter, Buffer change)
      implements AutoCloseable {

    Model(Backend backend) {
      this(
          (GpuExecutable) backend.compile(ResidencyTest.step()),
          Buffers.of(backend, 1, 2, 3),
          Buffers.of(backend, 10, 10, 10));
    }

    void run(int times) {
      for (int i = 0; i < times; i++) {
        step.run(new Buffer[] {parameter, change}, new Buffer[] {parameter}, new float[0]);
      }
    }

    @Override
    public void close() {
      step.close();
      parameter.close();
      change.close();
    }
  }

  @Test
  void aParameterIsBroughtToTheDeviceOnce() {
    try (Model model = new Model(backend())) {
      model.run(10);
      assertThat(model.step.loads()).isEqualTo(1);
      assertThat(Buffers.contents(model.parameter)).containsExactly(101, 102, 103);
    }
  }

  @Test
  void lookingAtItDoesNotMakeItTravelBack() {
    try (Model model = new Model(backend())) {
      model.run(2);
      assertThat(Buffers.contents(model.parameter)).containsExactly(21, 22, 23);
      model.run(1);
      assertThat(model.step.loads()).isEqualTo(1);
      assertThat(Buffers.contents(model.parameter)).containsExactly(31, 32, 33);
    }
  }

  @Test
  void aChangeFromOutsideIsBroughtBeforeTheNextRun() {
    try (Model model = new Model(backend())) {
      model.run(2);
      backend().upload(MemorySegment.ofArray(new float[] {0, 0, 5}), model.parameter);
      model.run(1);
      assertThat(model.step.loads()).isEqualTo(2);
      assertThat(Buffers.contents(model.parameter)).containsExactly(10, 10, 15);
    }
  }

  @Test
  void otherInputsAreBroughtEveryTime() {
    try (Model model = new Model(backend())) {
      model.run(1);
      backend().upload(MemorySegment.ofArray(new float[] {1, 1, 1}), model.change);
      model.run(1);
      assertThat(model.step.loads()).isEqualTo(1);
      assertThat(Buffers.contents(model.parameter)).containsExactly(12, 13, 14);
    }
  }

  @Test
  void twoExecutablesHandAParameterOver() {
    try (Model model = new Model(backend());
        GpuExecutable other = (GpuExecutable) backend().compile(step())) {
      model.run(1);
      Buffer[] in = {model.parameter, model.change};
      other.run(in, new Buffer[] {model.parameter}, new float[0]);
      model.run(1);
      assertThat(model.step.loads()).isEqualTo(2);
      assertThat(Buffers.contents(model.parameter)).containsExactly(31, 32, 33);
    }
  }

  @Test
  void closingAnExecutableSavesWhatItHolds() {
    try (Buffer parameter = Buffers.of(backend(), 1, 2, 3);
        Buffer change = Buffers.of(backend(), 1, 1, 1)) {
      try (GpuExecutable step = (GpuExecutable) backend().compile(step())) {
        step.run(new Buffer[] {parameter, change}, new Buffer[] {parameter}, new float[0]);
      }
      assertThat(Buffers.contents(parameter)).containsExactly(2, 3, 4);
    }
  }
}
