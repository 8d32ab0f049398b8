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

/** Parameters stay on the device, and are copied only when they must. */
final class ResidencyTest extends OnGpu {

  private static final int ELEMENTS = 3;

  private static Schedule step() {
    return step(ELEMENTS);
  }

  private static Schedule step(int elements) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View parameter = View.of(builder.lasting(elements), elements);
    View change = View.of(builder.input(elements), elements);
    View updated = View.of(builder.update(parameter.slot()), elements);
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

  private static final int LARGE = 5000; // too many to travel in the shared arrays

  /** A parameter that nothing updates, and data, both too large for the shared arrays. */
  private static Schedule forward() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View parameter = View.of(builder.lasting(LARGE), LARGE);
    View data = View.of(builder.input(LARGE), LARGE);
    View output = View.of(builder.output(LARGE), LARGE);
    return builder.elementwise(ExpressionBuilder.of(BinaryOp.ADD), output, parameter, data).build();
  }

  private static float[] filled(float value) {
    float[] values = new float[LARGE];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void aParameterThatNothingUpdatesIsBroughtToTheDeviceOnce() {
    try (GpuExecutable forward = (GpuExecutable) backend().compile(forward());
        Buffer parameter = Buffers.of(backend(), filled(100));
        Buffer data = backend().allocate(LARGE);
        Buffer output = backend().allocate(LARGE)) {
      for (int run = 1; run <= 5; run++) {
        backend().upload(MemorySegment.ofArray(filled(run)), data);
        forward.run(new Buffer[] {parameter, data}, new Buffer[] {output}, new float[0]);
        assertThat(Buffers.contents(output)).containsOnly(100 + run);
      }
      assertThat(forward.loads()).isEqualTo(1);

      backend().upload(MemorySegment.ofArray(filled(200)), parameter);
      for (int run = 1; run <= 2; run++) {
        forward.run(new Buffer[] {parameter, data}, new Buffer[] {output}, new float[0]);
        assertThat(Buffers.contents(output)).containsOnly(205);
      }
      assertThat(forward.loads()).as("after a change from outside").isEqualTo(2);
    }
  }

  @Test
  void aParameterOfATrainingStepIsCurrentInAnotherExecutable() {
    try (GpuExecutable forward = (GpuExecutable) backend().compile(forward());
        GpuExecutable step = (GpuExecutable) backend().compile(step(LARGE));
        Buffer parameter = Buffers.of(backend(), filled(1));
        Buffer data = Buffers.of(backend(), filled(10));
        Buffer output = backend().allocate(LARGE)) {
      for (int run = 1; run <= 3; run++) {
        step.run(new Buffer[] {parameter, data}, new Buffer[] {parameter}, new float[0]);
        forward.run(new Buffer[] {parameter, data}, new Buffer[] {output}, new float[0]);
        assertThat(Buffers.contents(output)).containsOnly(11 + 10 * run);
      }
      assertThat(step.loads()).as("of the step, whose own values those are").isEqualTo(1);
    }
  }

  /** Both kinds of parameter in one executable: a layer is trained behind a frozen one. */
  @Test
  void aFrozenParameterStaysBesideAnUpdatedOne() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View frozen = View.of(builder.lasting(LARGE), LARGE);
    View trained = View.of(builder.lasting(LARGE), LARGE);
    View updated = View.of(builder.update(trained.slot()), LARGE);
    builder.elementwise(ExpressionBuilder.of(BinaryOp.ADD), updated, trained, frozen);
    try (GpuExecutable step = (GpuExecutable) backend().compile(builder.build());
        Buffer constant = Buffers.of(backend(), filled(3));
        Buffer parameter = Buffers.of(backend(), filled(1))) {
      for (int run = 0; run < 4; run++) {
        step.run(new Buffer[] {constant, parameter}, new Buffer[] {parameter}, new float[0]);
      }
      assertThat(Buffers.contents(parameter)).containsOnly(13);
      assertThat(Buffers.contents(constant)).containsOnly(3);
      backend().upload(MemorySegment.ofArray(filled(5)), constant);
      step.run(new Buffer[] {constant, parameter}, new Buffer[] {parameter}, new float[0]);
      assertThat(Buffers.contents(parameter)).containsOnly(18);
      assertThat(step.loads()).isEqualTo(2);
    }
  }
}
