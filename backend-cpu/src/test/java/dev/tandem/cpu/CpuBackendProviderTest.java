package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.Probe;
import java.io.IOException;
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
    assertThat(OtherJvm.run(Finding.class, "--add-modules=jdk.incubator.vector", "-XX:-UseFMA"))
        .contains("no fused multiply-add")
        .contains("-cpu host");
  }

  @Test
  void withoutTheVectorModuleItSaysSo() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Finding.class, "--enable-native-access=ALL-UNNAMED"))
        .contains("--add-modules jdk.incubator.vector");
  }
}
