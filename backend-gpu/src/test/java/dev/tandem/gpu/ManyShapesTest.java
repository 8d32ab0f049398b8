package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A program that meets ever new shapes does not grow. */
final class ManyShapesTest {

  private static final int SHAPES = 1_000;
  private static final int WARM = 200; // shapes after which everything lazy has happened

  /** A row of ones is repeated over rows, and their sum is an output. */
  private static Schedule sumOfRows(int rows) {
    ScheduleBuilder builder = new ScheduleBuilder();
    View input = View.of(builder.input(1), 1, 1).broadcastTo(rows, 40);
    View output = View.of(builder.output(1), 1, 1);
    View repeated = View.of(builder.temporary(40 * rows), rows, 40);
    builder.elementwise(Expression.IDENTITY, repeated, input);
    return builder
        .reduction(ReduceOp.SUM, new boolean[] {true, true}, Expression.IDENTITY, output, repeated)
        .build();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void aThousandShapesAreCompiledRunAndClosedInConstantMemory() {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT);
        Buffer input = Buffers.of(backend, 1);
        Buffer output = backend.allocate(1)) {
      long live = backend.memory().live();
      long before = 0;
      int classes = 0;
      for (int rows = 1; rows <= SHAPES; rows++) {
        if (rows == WARM) {
          before = heap();
          classes = KernelClasses.count();
        }
        try (Executable executable = backend.compile(sumOfRows(rows))) {
          executable.run(new Buffer[] {input}, new Buffer[] {output}, new float[0]);
        }
        assertThat(Buffers.contents(output)).containsExactly(40 * rows);
        assertThat(backend.memory().live()).isEqualTo(live);
      }
      assertThat(KernelClasses.count()).as("generated classes").isLessThanOrEqualTo(classes + 2);
      long growth = heap() - before;
      assertThat(growth / (SHAPES - WARM)).as("bytes of heap kept a shape").isLessThan(1_000);
    }
  }
}
