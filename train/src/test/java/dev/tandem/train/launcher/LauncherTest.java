package dev.tandem.train.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.train.launcher.Checkout.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class LauncherTest {
  private static final String JDK = "usr/lib/jvm/jdk-25";

  @TempDir private Path world;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(world);
  }

  @Test
  void saysWhatToInstallWhenThereIsNoJdk() throws Exception {
    Outcome outcome = checkout.run("train", "data.csv");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("needs a JDK 25 or later")
        .contains("apt install temurin-25-jdk")
        .contains("brew install --cask temurin@25")
        .contains("sdk install java 25-tem");
    assertThat(outcome.output()).isEmpty();
    assertThat(checkout.builds()).isEmpty();
  }

  @Test
  void passesOverOlderJdksOfTheUser() throws Exception {
    checkout.environment.put("JAVA_HOME", checkout.jdk("old/jdk-17", "17.0.15").toString());
    checkout.environment.merge(
        "PATH", checkout.jdk("older/jdk-8", "1.8.0_402") + "/bin", this::path);
    checkout.jdk("usr/lib/jvm/jdk-21", "21.0.2");
    checkout.jdk(JDK, "25.0.3");

    assertThat(checkout.run("version").errors()).endsWith("java of " + JDK + "\n");
  }

  @Test
  void usesTheJdkThatJavaHomeNames() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("JAVA_HOME", checkout.jdk("mine", "26").toString());

    assertThat(checkout.run("version").errors()).endsWith("java of mine\n");
  }

  @Test
  void usesTheJdkOnThePathThroughSymbolicLinks() throws Exception {
    Path link = world.resolve("bin/java");
    Files.createSymbolicLink(link, checkout.jdk("mine", "25").resolve("bin/java"));

    assertThat(checkout.run("version").errors()).endsWith("java of mine\n");
  }

  @Test
  void prefersTheReleaseItIsTestedWithAmongInstalledOnes() throws Exception {
    checkout.jdk("usr/lib/jvm/a-later-jdk", "27-ea");
    checkout.jdk(JDK, "25.0.3");

    assertThat(checkout.run("version").errors()).endsWith("java of " + JDK + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/jvm/temurin-25-jdk-amd64",
        "usr/java/jdk-25",
        "opt/jdk-25.0.3",
        "user/.sdkman/candidates/java/25.0.3-tem",
        "user/.jdks/temurin-25.0.3",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home"
      })
  void findsAJdkWhere(String place) throws Exception {
    checkout.jdk(place, "25.0.3");

    assertThat(checkout.run("version").errors()).endsWith("java of " + place + "\n");
  }

  @Test
  void refusesAnOldTandemJavaHome() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("TANDEM_JAVA_HOME", checkout.jdk("old", "17.0.15").toString());

    Outcome outcome = checkout.run("version");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("TANDEM_JAVA_HOME is " + world.resolve("old"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 143})
  void endsWithTheExitCodeOfTheProgram(int code) throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("JAVA_EXIT_CODE", Integer.toString(code));

    assertThat(checkout.run("train").exitCode()).isEqualTo(code);
  }

  @Test
  void handsOverArgumentsUntouched() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    String[] arguments = {"train", "my data.csv", "*", "", "$HOME", "a\"b'c", "\\n", "-x"};

    Outcome outcome = checkout.run(arguments);

    assertThat(outcome.arguments()).containsSubsequence("dev.tandem.train.Main", "train");
    assertThat(outcome.output()).endsWith(String.join("\n", arguments) + "\n");
  }

  @Test
  void handsJavaOptionsToTheJvm() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("TANDEM_JAVA_OPTIONS", "-Xmx1g  -XX:OnError=*");

    assertThat(checkout.run("train").arguments())
        .containsSubsequence("-Xmx1g", "-XX:OnError=*", "dev.tandem.train.Main", "train");
  }

  @Test
  void startsThroughASymbolicLinkFromAnyDirectory() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    Files.createDirectory(world.resolve("links"));
    Path second = Files.createSymbolicLink(world.resolve("second"), checkout.launcher());
    Path first = Files.createSymbolicLink(world.resolve("links/first"), Path.of("../second"));

    assertThat(second).isSymbolicLink();
    assertThat(checkout.run(first, "version").arguments())
        .anyMatch(argument -> argument.contains("/a checkout/target/"));
  }

  @Test
  void buildsOnceAndThenAgainForANewerSource() throws Exception {
    checkout.jdk(JDK, "25.0.3");

    assertThat(checkout.run("version").errors()).contains("tandem: building");
    assertThat(checkout.run("version").errors()).doesNotContain("tandem: building");
    assertThat(checkout.builds()).hasSize(1);

    Path source = Files.createFile(checkout.home.resolve("core/src/main/java/Tensor.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(checkout.run("version").errors()).contains("tandem: building");
    assertThat(checkout.builds())
        .hasSize(2)
        .allMatch(line -> line.contains("package -pl train -am"));
  }

  @Test
  void buildsTheBenchmarksWhenTheyAreAskedFor() throws Exception {
    checkout.jdk(JDK, "25.0.3");

    assertThat(checkout.run("bench", "Matmul.*").arguments())
        .containsSubsequence(
            "-jar", checkout.home.toRealPath() + "/benchmarks/target/benchmarks.jar", "Matmul.*");
    assertThat(checkout.builds()).singleElement().asString().contains("-pl benchmarks");
  }

  @Test
  void showsTheErrorsOfAFailedBuildAndTriesAgainNextTime() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("MVN_EXIT_CODE", "1");

    Outcome outcome = checkout.run("version");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.errors()).contains("what Maven said").contains("build.log");
    checkout.run("version");
    assertThat(checkout.builds()).hasSize(2);
  }

  @Test
  void saysWhatToInstallWhenThereIsNoMaven() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.removeMaven();

    Outcome outcome = checkout.run("version");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("needs Maven to build").contains("apt install maven");
  }

  @Test
  void saysWhatToDoWhenItCannotWriteTheBuild() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    Files.createFile(checkout.home.resolve("target"));

    Outcome outcome = checkout.run("version");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.errors()).contains("is not writable").contains("copy it");
  }

  @Test
  void runsEveryTestThroughMaven() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("MVN_EXIT_CODE", "3");

    assertThat(checkout.run("test", "-pl", "core").exitCode()).isEqualTo(3);
    assertThat(checkout.builds()).containsExactly("-B -ntp verify -pl core");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void startsWithTheArgumentFileOfTornadoVm(boolean named) throws Exception {
    checkout.jdk(JDK, "25.0.3");
    String place = named ? "sdk" : "user/.sdkman/candidates/tornadovm/current";
    Path sdk = Files.createDirectories(world.resolve(place));
    Files.createFile(sdk.resolve("tornado-argfile"));
    if (named) {
      checkout.environment.put("TORNADOVM_HOME", sdk.toString());
    }

    assertThat(checkout.run("devices").arguments())
        .startsWith("@" + sdk + "/tornado-argfile", "-Dtornado.recover.bailout=false")
        .contains("-Dtornado.tvm.maxbytecodesize=1048576");
  }

  @Test
  void warnsOfATornadoVmHomeThatHoldsNoSdk() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("TORNADOVM_HOME", world.toString());

    Outcome outcome = checkout.run("devices");

    assertThat(outcome.errors()).contains("no tornado-argfile");
    assertThat(outcome.arguments()).noneMatch(argument -> argument.startsWith("@"));
  }

  private String path(String before, String after) {
    return after + ":" + before;
  }
}
