package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What TornadoVM only logs becomes an exception, after which the backend goes on. */
final class FailureTest {

  private static final int ELEMENTS = 5000; // too many to travel in the shared arrays

  /** A parameter is doubled in place; an output gets twice the other input. */
  private static Schedule doubling() {
    ScheduleBuilder builder = new ScheduleBuilder();
    Expression sum = ExpressionBuilder.of(BinaryOp.ADD);
    View parameter = View.of(builder.input(ELEMENTS), ELEMENTS);
    View input = View.of(builder.input(ELEMENTS), ELEMENTS);
    View updated = View.of(builder.update(parameter.slot()), ELEMENTS);
    View output = View.of(builder.output(ELEMENTS), ELEMENTS);
    builder.elementwise(sum, output, input, input);
    return builder.elementwise(sum, updated, parameter, parameter).build();
  }

  private static GpuDevice device() {
    GpuForTests.open(BackendOptions.DEFAULT).close();
    return GpuDevices.find().usable().getFirst();
  }

  /** The program with its last task launched on a grid that no device accepts. */
  private static Program withBadGrid(Program program) {
    List<Task> tasks = new java.util.ArrayList<>(program.main().tasks());
    Task.Launch last = (Task.Launch) tasks.removeLast();
    Grid uneven = new Grid(last.grid().threads() + 1, last.grid().group());
    tasks.add(new Task.Launch(last.name(), last.code(), last.layout(), last.arrays(), uneven));
    Program.Stage main =
        new Program.Stage(tasks, program.main().firstReceipt(), program.main().receipts());
    return new Program(
        program.schedule(),
        program.placement(),
        program.load(),
        main,
        program.temporaries(),
        program.products());
  }

  @Test
  void aLaunchThatTheDriverRefusesIsAnException() {
    GpuDevice device = device();
    Program program = ProgramBuilder.build(doubling());
    try (GpuPlan good = GpuPlan.make(program, GpuForTests.site(device))) {
      good.load();
      good.run();
    }
    try (GpuPlan bad = GpuPlan.make(withBadGrid(program), GpuForTests.site(device))) {
      bad.load();
      assertThatThrownBy(bad::run)
          .isInstanceOf(GpuFailure.class)
          .hasMessageContaining("elementwise 1 was not carried out");
    }
  }

  @Test
  void anExecutableWhosePlanFailedStartsAfresh() {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT);
        Executable executable = backend.compile(doubling());
        Buffer parameter = Buffers.of(backend, filled(1));
        Buffer input = Buffers.of(backend, filled(3));
        Buffer output = backend.allocate(ELEMENTS)) {
      Buffer[] in = {parameter, input};
      Buffer[] out = {parameter, output};
      executable.run(in, out, new float[0]);
      ((GpuExecutable) executable).drop(new IllegalStateException("as after a failure"));
      assertThatThrownBy(() -> Buffers.contents(parameter))
          .isInstanceOf(GpuFailure.class)
          .hasMessageContaining("lost");
      assertThatThrownBy(() -> executable.run(in, out, new float[0]))
          .isInstanceOf(GpuFailure.class)
          .hasMessageContaining("lost");
      backend.upload(java.lang.foreign.MemorySegment.ofArray(filled(5)), parameter);
      executable.run(in, out, new float[0]);
      assertThat(Buffers.contents(parameter)).containsOnly(10);
      assertThat(Buffers.contents(output)).containsOnly(6);
    }
  }

  @Test
  void whatExecutablesHoldOnTheDeviceIsReported() {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT)) {
      assertThat(inUse(backend)).isEqualTo("0 bytes");
      try (Executable executable = backend.compile(doubling())) {
        assertThat(executable).isNotNull();
        assertThat(inUse(backend)).matches("6\\d,\\d{3} bytes"); // three arrays of 5,000
      }
      assertThat(inUse(backend)).isEqualTo("0 bytes");
    }
  }

  private static String inUse(Backend backend) {
    return Objects.requireNonNull(backend.device().properties().get("memory in use"));
  }

  /** With 16 MB of device memory, as counted here and then as counted by TornadoVM. */
  static final class FillDevice {
    public static void main(String[] arguments) {
      int large = 3 << 20; // 12 MB
      try (Backend backend = new GpuBackendProvider().open(BackendOptions.DEFAULT)) {
        Executable first = backend.compile(copy(large));
        try (Executable second = backend.compile(copy(large))) {
          System.out.println("no limit: " + second);
        } catch (MemoryLimitException full) {
          System.out.println("refused: " + full.getMessage());
        }
        first.close();
        Program program = ProgramBuilder.build(copy(2 * large));
        GpuDevice device = GpuDevices.find().usable().getFirst();
        try (GpuPlan plan = GpuPlan.make(program, GpuForTests.site(device))) {
          plan.run();
          System.out.println("no limit in TornadoVM");
        } catch (MemoryLimitException full) {
          System.out.println("refused by TornadoVM: " + full.getMessage());
        }
        try (Executable third = backend.compile(copy(large / 2));
            Buffer in = backend.allocate(1);
            Buffer out = backend.allocate(large / 2)) {
          backend.upload(java.lang.foreign.MemorySegment.ofArray(new float[] {7}), in);
          third.run(new Buffer[] {in}, new Buffer[] {out}, new float[0]);
          System.out.println("afterwards: " + Buffers.contents(out)[large / 2 - 1]);
        }
      }
      System.exit(0);
    }

    private static Schedule copy(int elements) {
      ScheduleBuilder builder = new ScheduleBuilder();
      View input = View.of(builder.input(1), 1).broadcastTo(elements);
      View output = View.of(builder.output(elements), elements);
      return builder.elementwise(Expression.IDENTITY, output, input).build();
    }
  }

  @Test
  void aFullDeviceIsRefusedAndUsableAfterwards() throws Exception {
    device();
    assertThat(
            ChildJvm.withTornado("-Dtornado.recover.bailout=false", "-Dtornado.device.memory=16MB")
                .run(FillDevice.class))
        .contains("refused: compile: ", "on the device", "-Dtornado.device.memory")
        .contains("refused by TornadoVM: gpu: ")
        .contains("afterwards: 7.0");
  }

  private static float[] filled(float value) {
    float[] values = new float[ELEMENTS];
    java.util.Arrays.fill(values, value);
    return values;
  }
}
