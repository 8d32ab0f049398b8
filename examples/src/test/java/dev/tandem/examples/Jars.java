package dev.tandem.examples;

import dev.tandem.Backends;
import dev.tandem.Tensor;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** What a program that uses the library is started with. */
final class Jars {

  private Jars() {}

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The path of core, the CPU engine and what they are compiled with. */
  static String path() {
    List<String> places =
        List.of(
            place(Tensor.class), place(Backends.get("cpu").getClass()), place(NullMarked.class));
    return String.join(File.pathSeparator, places);
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
