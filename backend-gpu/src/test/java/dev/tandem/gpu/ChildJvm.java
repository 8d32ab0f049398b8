package dev.tandem.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of these tests in a JVM of its own: TornadoVM reads its settings once, and those
 * of this JVM are the right ones.
 */
final class ChildJvm {

  private static final int MINUTES = 10;

  private final List<String> options = new ArrayList<>();
  private Map<String, String> environment = Map.of();

  /** A JVM as the SDK starts it, with these options behind. */
  static ChildJvm withTornado(String... options) {
    Path arguments = Path.of(System.getenv("TORNADOVM_HOME"), "tornado-argfile");
    ChildJvm jvm = new ChildJvm();
    jvm.options.add("@" + arguments);
    jvm.options.addAll(List.of(options));
    return jvm;
  }

  /** A JVM that knows nothing of TornadoVM. */
  static ChildJvm plain() {
    return new ChildJvm();
  }

  ChildJvm withEnvironment(String name, String value) {
    environment = Map.of(name, value);
    return this;
  }

  /** What the program prints, errors included, once it has ended by itself. */
  String run(Class<?> program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError(program.getSimpleName() + " failed: " + output);
      }
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
