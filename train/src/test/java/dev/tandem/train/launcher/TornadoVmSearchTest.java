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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    return sdk(place, "5.2.0-jdk25");
  }

  private Path sdk(String place, String version) throws IOException {
    Path sdk = Files.createDirectories(world.resolve(place));
    Files.createFile(sdk.resolve("tornado-argfile"));
    Path jars = Files.createDirectories(sdk.resolve("share/java/tornado"));
    Files.createFile(jars.resolve("tornado-api-" + version + ".jar"));
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
  void goesOnWithoutAWordWhereThereIsNone() throws Exception {
    assertThat(checkout.run("devices").errors()).doesNotContain("GPU");
    assertStartsWithoutAnSdk();
  }

  @Test
  void warnsOfATornadoVmHomeThatHoldsNoSdkAndGoesOnWithout() throws Exception {
    sdk("user/" + SDKMANS_PLACE);
    checkout.environment.put("TORNADOVM_HOME", world.toString());

    Outcome outcome = checkout.run("devices");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.errors())
        .contains("without the GPU engine: no tornado-argfile is in " + world);
    assertStartsWithoutAnSdk();
  }

  @Test
  void warnsOfAnSdkThatHasNotMadeItsArgumentFile() throws Exception {
    Path sdk = sdk("user/" + SDKMANS_PLACE);
    Files.delete(sdk.resolve("tornado-argfile"));

    assertThat(checkout.run("devices").errors()).contains("no tornado-argfile is in " + sdk);
    assertStartsWithoutAnSdk();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.2.0-jdk25", "5.2.1-jdk22plus", "5.11.0-jdk25"})
  void takesVersionsThatTheEngineKnows(String version) throws Exception {
    assertStartsWith(sdk("user/" + SDKMANS_PLACE, version), "devices");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.1-jdk25", "5.1.0-jdk25", "5.2.0-jdk21", "7.1.0-jdk22plus"})
  void goesOnWithoutAVersionThatTheEngineDoesNotKnow(String version) throws Exception {
    Path sdk = sdk("user/" + SDKMANS_PLACE, version);

    assertThat(checkout.run("devices").errors())
        .contains("the TornadoVM in " + sdk + " is not 5.2 or a later 5 for JDK 25");
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
