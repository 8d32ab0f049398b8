package dev.tandem.benchmarks;

import dev.tandem.Backends;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Probe;
import dev.tandem.benchmarks.limits.Caches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;

/** What figures cannot be read without: processor, caches, system, JVM. */
final class Machine {

  private Machine() {}

  /** Facts by their names, in order. */
  static Map<String, String> describe() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", processor());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("caches", Caches.detect().toString());
    facts.put("vectors", FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits");
    facts.put("memory", (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap at most");
    gpu().ifPresent(device -> facts.put("gpu", device));
    facts.put("system", property("os.name") + " " + property("os.arch"));
    facts.put("jvm", property("java.vm.name") + " " + property("java.runtime.version"));
    return facts;
  }

  private static Optional<String> gpu() {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals("gpu"))
        .map(BackendProvider::probe)
        .filter(Probe.Available.class::isInstance)
        .map(probe -> ((Probe.Available) probe).devices().getFirst())
        .map(device -> device.name() + " " + device.properties())
        .findFirst();
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(property("os.arch"));
    } catch (IOException e) {
      return property("os.arch");
    }
  }
}
