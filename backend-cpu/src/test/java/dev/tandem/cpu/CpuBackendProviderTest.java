package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Probe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class CpuBackendProviderTest {

  /** Says what it finds, for a JVM with other flags. */
  static final class Finding {

    private Finding() {}

    public static void main(String[] none) {
      System.out.println(new CpuBackendProvider().probe());
    }
  }

  @Test
  void theEngineRunsHere() {
    assertThat(new CpuBackendProvider().probe()).isInstanceOf(Probe.Available.class);
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  void withoutMultiplyAddsItSaysSo() throws IOException, InterruptedException {
    assertThat(finding("--add-modules=jdk.incubator.vector", "-XX:-UseFMA"))
        .contains("no fused multiply-add")
        .contains("-cpu host");
  }

  @Test
  void withoutTheVectorModuleItSaysSo() throws IOException, InterruptedException {
    assertThat(finding("--enable-native-access=ALL-UNNAMED"))
        .contains("--add-modules jdk.incubator.vector");
  }

  private static String finding(String... flags) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.command().addAll(List.of(flags));
    builder.command().add("-cp");
    builder.command().add(System.getProperty("java.class.path"));
    builder.command().add(Finding.class.getName());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
