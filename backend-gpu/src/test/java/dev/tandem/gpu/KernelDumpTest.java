package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.Schedule;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import org.junit.jupiter.api.Test;

/** Generated kernels can be read. */
final class KernelDumpTest {

  /** Makes a kernel that nobody has asked for before. */
  static final class Generate {
    public static void main(String[] arguments) {
      ScheduleBuilder builder = new ScheduleBuilder();
      View input = View.of(builder.input(9), 9);
      View output = View.of(builder.output(9), 9);
      Schedule schedule =
          builder.elementwise(ExpressionBuilder.of(UnaryOp.SIGMOID), output, input).build();
      System.out.println(ProgramBuilder.build(schedule).main().tasks().getFirst().name());
      System.exit(0);
    }
  }

  @Test
  void aKernelIsPrintedOnRequest() throws Exception {
    assertThat(ChildJvm.withTornado("-Dtandem.gpu.dump=true").run(Generate.class))
        .contains("elementwise 0", "tandemElementwise", "sigmoid", "globalIdx");
  }

  @Test
  void nothingIsPrintedUnasked() throws Exception {
    assertThat(ChildJvm.withTornado().run(Generate.class)).doesNotContain("tandemElementwise");
  }
}
