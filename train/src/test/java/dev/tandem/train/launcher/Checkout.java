package dev.tandem.train.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkout that holds the launcher and nothing else that is real: its {@code mvn} writes down
 * what it was asked and leaves empty jars, its JDKs print their arguments. Not for testing the
 * build.
 */
final class Checkout {
  /** How a run of the launcher ended. */
  record Outcome(int exitCode, String output, String errors) {
    /** What the started program was given, one argument a line, flags of the JVM first. */
    List<String> arguments() {
      return output.lines().toList();
    }
  }

  private static final List<String> TOOLS =
      List.of(
          "sed",
          "find",
          "dirname",
          "basename",
          "readlink",
          "cat",
          "head",
          "mkdir",
          "mv",
          "rm",
          "cp",
          "grep",
          "sleep");

  final Path home;
  final Map<String, String> environment = new HashMap<>();
  private final Path world;
  private final Path bin;

  /** Makes a checkout in {@code world}, an empty directory, with Maven and without any JDK. */
  Checkout(Path world) throws IOException {
    this.world = world;
    home = Files.createDirectory(world.resolve("a checkout"));
    bin = Files.createDirectory(world.resolve("bin"));
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "exec " + find(tool) + " \"$@\"\n");
    }
    Files.copy(Path.of("..", "tandem").toAbsolutePath().normalize(), launcher());
    Files.createFile(home.resolve("pom.xml"));
    for (String module : List.of("core", "examples", "backend-cpu", "train", "benchmarks")) {
      Files.createDirectories(home.resolve(module).resolve("src/main/java"));
      Files.createFile(home.resolve(module).resolve("pom.xml"));
    }
    script(
        bin.resolve("mvn"),
        """
        echo "$@" >> "$MVN_LOG"
        printf %s "${TORNADOVM_HOME:-}" > "$MVN_LOG.sdk"
        echo '[ERROR] what Maven said'
        mkdir -p train/target/lib
        echo > train/target/lib/library.jar
        echo > train/target/tandem-train-0.1.0-SNAPSHOT.jar
        exit ${MVN_EXIT_CODE:-0}
        """);
    environment.put("PATH", bin.toString());
    environment.put("HOME", Files.createDirectory(world.resolve("user")).toString());
    environment.put("TANDEM_SYSTEM_ROOT", world.toString());
    environment.put("MVN_LOG", world.resolve("mvn.log").toString());
  }

  Path launcher() {
    return home.resolve("tandem");
  }

  /** Puts a JDK of the release {@code version} at {@code place}, a path inside this world. */
  Path jdk(String place, String version) throws IOException {
    Path jdk = world.resolve(place);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(jdk.resolve("bin/javac"), "");
    script(
        jdk.resolve("bin/java"),
        """
        printf '%s\\n' "$@"
        echo "java of PLACE" >&2
        exit ${JAVA_EXIT_CODE:-0}
        """
            .replace("PLACE", place));
    return jdk;
  }

  void removeMaven() throws IOException {
    Files.delete(bin.resolve("mvn"));
  }

  /** What Maven has been asked so far, one line a run. */
  List<String> builds() throws IOException {
    Path log = world.resolve("mvn.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** The TornadoVM SDK that Maven was told of, or nothing. */
  String sdkOfTheLastBuild() throws IOException {
    return Files.readString(world.resolve("mvn.log.sdk"));
  }

  Outcome run(String... arguments) throws IOException, InterruptedException {
    return run(launcher(), arguments);
  }

  Outcome run(Path command, String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(find("sh").toString(), command.toString()));
    line.addAll(List.of(arguments));
    Path output = world.resolve("output");
    Path errors = world.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(world.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Outcome(
        exitCode,
        Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(errors, StandardCharsets.UTF_8));
  }

  private static Path find(String tool) {
    for (String directory : System.getenv("PATH").split(":")) {
      Path candidate = Path.of(directory, tool);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new AssertionError("no " + tool + " on the PATH");
  }

  private static void script(Path file, String lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + lines);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }
}
