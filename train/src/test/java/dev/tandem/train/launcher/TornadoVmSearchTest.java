package dev.tandem.train.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.train.launcher.Checkout.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the script {@code tandem} finds a TornadoVM SDK, and what it does with it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class TornadoVmSearchTest {
  private static final String SDKMANS_PLACE = ".sdkman/candidates/tornadovm/current";

  @TempDir private Path world;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(world);
    checkout.jdk("usr/lib/jvm/jdk-25", "25.0.3");
  }

  private Path sdk(String place) throws IOException {
    Path sdk = Files.createDirectories(world.resolve(place));
    Files.createFile(sdk.resolve("tornado-argfile"));
    return sdk;
  }

  private void assertStartsWith(Path sdk, String... command) throws Exception {
    assertThat(checkout.run(command).arguments())
        .startsWith(
            "@" + sdk + "/tornado-argfile",
            "@" + checkout.home.toRealPath() + "/backend-gpu/gpu.argfile");
    assertThat(checkout.sdkOfTheLastBuild()).isEqualTo(sdk.toString());
  }

  private void assertStartsWithoutAnSdk() throws Exception {
    assertThat(checkout.run("devices").arguments()).noneMatch(it -> it.startsWith("@"));
    assertThat(checkout.sdkOfTheLastBuild()).isEmpty();
  }

  @Test
  void takesTheSdkThatTornadoVmHomeNames() throws Exception {
    sdk("user/" + SDKMANS_PLACE);
    Path named = sdk("an sdk");
    checkout.environment.put("TORNADOVM_HOME", named.toString());

    assertStartsWith(named, "devices");
  }

  @Test
  void takesTheSdkOfSdkman() throws Exception {
    assertStartsWith(sdk("user/" + SDKMANS_PLACE), "devices");
  }

  @Test
  void takesTheSdkOfAnSdkmanInAnotherPlace() throws Exception {
    checkout.environment.put("SDKMAN_DIR", world.resolve("sdkman").toString());

    assertStartsWith(sdk("sdkman/candidates/tornadovm/current"), "devices");
  }

  @Test
  void startsTheBenchmarksWithItToo() throws Exception {
    assertStartsWith(sdk("user/" + SDKMANS_PLACE), "bench", "Matmul");
  }

  @Test
  void testsWithItToo() throws Exception {
    Path sdk = sdk("user/" + SDKMANS_PLACE);

    checkout.run("test");

    assertThat(checkout.sdkOfTheLastBuild()).isEqualTo(sdk.toString());
  }

  @Test
  void flagsOfTheUserComeLastSoThatTheyPrevail() throws Exception {
    sdk("user/" + SDKMANS_PLACE);
    checkout.environment.put("TANDEM_JAVA_OPTIONS", "-Dtornado.device.memory=2GB");

    assertThat(checkout.run("devices").arguments())
        .containsSubsequence(
            "@" + checkout.home.toRealPath() + "/backend-gpu/gpu.argfile",
            "-Dtornado.device.memory=2GB",
            "dev.tandem.train.Main");
  }

  @Test
  void goesOnWithoutWhereThereIsNone() throws Exception {
    assertStartsWithoutAnSdk();
  }

  @Test
  void warnsOfATornadoVmHomeThatHoldsNoSdkAndGoesOnWithout() throws Exception {
    sdk("user/" + SDKMANS_PLACE);
    checkout.environment.put("TORNADOVM_HOME", world.toString());

    Outcome outcome = checkout.run("devices");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.errors())
        .contains("TORNADOVM_HOME is " + world + ", where no tornado-argfile is");
    assertStartsWithoutAnSdk();
  }

  @Test
  void buildsAgainWhenAnSdkComesAndWhenItGoes() throws Exception {
    checkout.run("devices");
    Path sdk = sdk("user/" + SDKMANS_PLACE);
    checkout.run("devices");
    checkout.run("devices");
    assertThat(checkout.builds()).hasSize(2);

    Files.delete(sdk.resolve("tornado-argfile"));
    checkout.run("devices");
    assertThat(checkout.builds()).hasSize(3);
  }
}
