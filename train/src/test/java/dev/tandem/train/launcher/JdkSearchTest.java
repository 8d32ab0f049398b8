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

/** Which JDK the script {@code tandem} takes, and what it says when it finds none. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class JdkSearchTest {
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
    Path java = checkout.jdk("older/jdk-8", "1.8.0_402").resolve("bin/java");
    Files.createSymbolicLink(world.resolve("bin/java"), java);
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
}
