package dev.tandem.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {

  @Test
  void devicesListsEveryEngineAndTheOneThatIsTakenUnasked() {
    Run run = Run.of("devices");
    assertThat(run.exitCode()).isEqualTo(Cli.OK);
    assertThat(run.out())
        .contains("reference%n  reference:0".formatted())
        .contains("cpu%n  cpu  ".formatted())
        .containsPattern("--backend auto takes (cpu|gpu)\\R$");
    assertThat(Engines.probes().keySet())
        .allSatisfy(name -> assertThat(run.out()).containsPattern("(?m)^" + name + "( |$)"));
  }

  @Test
  void devicesSaysWhyThereIsNoGpuAndWhatToDo() {
    Probe.Unavailable missing = GpuForTests.missing();
    assertThat(Run.of("devices").out())
        .contains(
            "gpu  not available%n  %s.%n  %s.%n".formatted(missing.reason(), missing.remedy()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void versionNamesProgramAndJava(String word) {
    Run run = Run.of(word);
    assertThat(run.exitCode()).isEqualTo(Cli.OK);
    assertThat(run.out().lines().toList().get(0)).matches("tandem \\d+\\.\\d+\\.\\d+.*");
    assertThat(run.out()).contains("Java " + System.getProperty("java.version"));
  }

  @Test
  void exampleRunsOnTheBackendAskedFor() {
    Run run = Run.of("example", "backpropagation", "--backend", "reference");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Cli.OK);
    assertThat(run.out())
        .contains("backward()")
        .contains("dE/dw             -2.11393      -2.11393");
  }

  @Test
  void unknownExampleIsRefusedWithThoseThereAre() {
    Run run = Run.of("example", "forwardpropagation");
    assertThat(run.exitCode()).isEqualTo(Cli.USAGE);
    assertThat(run.err().strip())
        .isEqualTo(
            "tandem: there is no example named 'forwardpropagation'. There is: backpropagation.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "predict", "evaluate", "devices", "example", "version"})
  void everyCommandExplainsItself(String command) {
    Run asked = Run.of("help", command);
    assertThat(asked.exitCode()).isEqualTo(Cli.OK);
    assertThat(asked.out()).startsWith("Usage: tandem " + command).contains("Exit codes: 0 done");
    assertThat(Run.of(command, "--help").out()).isEqualTo(asked.out());
  }
}
