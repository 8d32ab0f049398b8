package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Executable;
import dev.tandem.testing.KernelCase;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No kernel may be one that the JVM's first compiler gives up on ("out of virtual registers"):
 * where the second compiler was busy at the wrong moment such a method stays at the second tier, a
 * thousand times slower, for the rest of the process.
 */
class CompilationTest {

  private static final String PACKAGE = "dev.tandem.cpu.";

  /** Runs every kernel a few times, in a JVM that compiles what it sees twice. */
  static final class Tour {

    private static final int RUNS = 3;
    private static final int SMALL = 10_000; // elements

    private Tour() {}

    public static void main(String[] none) {
      try (Backend backend = new CpuBackendProvider().open(BackendOptions.DEFAULT.withThreads(1))) {
        Stream.concat(AllocationTest.operators(), AllocationTest.kernels())
            .filter(kernel -> Stream.of(kernel.inputs()).allMatch(it -> it.length < SMALL))
            .forEach(kernel -> run(kernel, backend));
      }
    }

    private static void run(KernelCase kernel, Backend backend) {
      try (Executable executable = backend.compile(kernel.schedule());
          KernelCase.Bound bound = kernel.bind(backend)) {
        for (int run = 0; run < RUNS; run++) {
          executable.run(bound.inputs(), bound.outputs(), kernel.scalars());
        }
      }
    }
  }

  @Test
  void firstCompilerTakesEveryKernel() throws IOException, InterruptedException {
    String printed =
        OtherJvm.run(
            Tour.class,
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=3",
            "-XX:Tier3InvocationThreshold=1",
            "-XX:Tier3MinInvocationThreshold=1",
            "-XX:Tier3CompileThreshold=1",
            "-XX:+PrintCompilation");
    List<String> lines = printed.lines().filter(line -> line.contains(PACKAGE)).toList();
    assertThat(lines).anyMatch(line -> line.contains(PACKAGE + "MatmulKernel::tile"));
    assertThat(lines).anyMatch(line -> line.contains(PACKAGE + "Exponentials::tanh"));
    assertThat(lines).noneMatch(line -> line.contains("COMPILE SKIPPED"));
  }
}
