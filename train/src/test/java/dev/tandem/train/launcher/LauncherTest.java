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

/** The script {@code tandem}: what it builds, when, and how it starts the program. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class LauncherTest {
  private static final String JDK = "usr/lib/jvm/jdk-25";

  @TempDir private Path world;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(world);
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
  void buildsOtherLibrariesIntoTheBenchmarksOnlyWhenTheyAreAskedFor() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.run("bench", "Matmul.*");

    String home = checkout.home.toRealPath() + "/benchmarks/target/";
    assertThat(checkout.run("bench", "--peers", "Matmul.*").arguments())
        .containsSubsequence(
            "-cp",
            home + "benchmarks.jar:" + home + "peers/*",
            "dev.tandem.benchmarks.Main",
            "Matmul.*")
        .doesNotContain("--peers");
    assertThat(checkout.builds()).hasSize(2);
    assertThat(checkout.builds().get(0)).doesNotContain("-Ppeers");
    assertThat(checkout.builds().get(1)).contains("-Ppeers");
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
  void addsItsOwnCommandsToTheHelpOfTheProgram() throws Exception {
    checkout.jdk(JDK, "25.0.3");

    assertThat(checkout.run("help").output()).contains("help\n").contains("In a checkout also:");
    assertThat(checkout.run("help", "train").output()).endsWith("help\ntrain\n");
  }

  @Test
  void runsEveryTestThroughMaven() throws Exception {
    checkout.jdk(JDK, "25.0.3");
    checkout.environment.put("MVN_EXIT_CODE", "3");

    assertThat(checkout.run("test", "-pl", "core").exitCode()).isEqualTo(3);
    assertThat(checkout.builds()).containsExactly("-B -ntp verify -pl core");
  }
}
