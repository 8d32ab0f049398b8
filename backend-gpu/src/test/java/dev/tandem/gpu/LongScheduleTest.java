package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules of more kernels than TornadoVM's tables hold are cut into a chain of graphs. */
final class LongScheduleTest {

  private static final Expression SUM = ExpressionBuilder.of(BinaryOp.ADD);

  /**
   * A parameter is added to the input over and over, through temporaries, and every so often the
   * way there is kept as an output; at the end the parameter becomes the last sum.
   */
  private static Schedule sums(int kernels, int elements) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View parameter = View.of(builder.input(elements), elements);
    View input = View.of(builder.input(elements), elements);
    View updated = View.of(builder.update(parameter.slot()), elements);
    View half = View.of(builder.output(elements), elements);
    View small = View.of(builder.output(1), 1);
    View[] temporaries = {
      View.of(builder.temporary(elements), elements), View.of(builder.temporary(elements), elements)
    };
    View sum = input;
    for (int i = 0; i < kernels - 3; i++) {
      View next = temporaries[i % 2];
      builder.elementwise(SUM, next, sum, parameter);
      sum = next;
      if (i == kernels / 2) {
        builder.elementwise(Expression.IDENTITY, half, sum);
      }
    }
    builder.elementwise(Expression.IDENTITY, small, half.slice(0, 0, 1, 1));
    return builder.elementwise(Expression.IDENTITY, updated, sum).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 300})
  void anyNumberOfKernelsRunsInOrder(int kernels) {
    int elements = 2000;
    Schedule schedule = sums(kernels, elements);
    assertThat(schedule.kernels()).hasSize(kernels);
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT);
        Executable executable = backend.compile(schedule);
        Buffer parameter = Buffers.of(backend, filled(elements, 0.5f));
        Buffer input = Buffers.of(backend, filled(elements, 1));
        Buffer half = backend.allocate(elements);
        Buffer small = backend.allocate(1)) {
      float expected = 0.5f;
      for (int run = 0; run < 2; run++) {
        executable.run(
            new Buffer[] {parameter, input}, new Buffer[] {parameter, half, small}, new float[0]);
        float atHalf = 1 + (kernels / 2 + 1) * expected;
        expected = 1 + (kernels - 3) * expected;
        assertThat(Buffers.contents(half)).containsOnly(atHalf);
        assertThat(Buffers.contents(small)).containsExactly(atHalf);
      }
      assertThat(Buffers.contents(parameter)).containsOnly(expected);
    }
  }

  private static float[] filled(int elements, float value) {
    float[] values = new float[elements];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void aShortScheduleIsOneGraph() {
    Program program = ProgramBuilder.build(sums(40, 2000));
    assertThat(GraphLimits.cut(program.main().tasks(), 1 << 20)).hasSize(1);
  }

  @Test
  void aLongScheduleIsCutIntoFewGraphsThatHoldEveryTaskOnce() {
    Program program = ProgramBuilder.build(sums(300, 2000));
    var parts = GraphLimits.cut(program.main().tasks(), 1 << 20);
    assertThat(parts).hasSizeBetween(2, 4);
    assertThat(parts.stream().flatMap(part -> part.stream()).toList())
        .isEqualTo(program.main().tasks());
  }

  @Test
  void lessRoomForBytecodeMakesMoreGraphs() {
    Program program = ProgramBuilder.build(sums(40, 2000));
    assertThat(GraphLimits.cut(program.main().tasks(), 4096)).hasSizeGreaterThan(1);
  }
}
