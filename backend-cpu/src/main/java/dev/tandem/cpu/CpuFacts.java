package dev.tandem.cpu;

import dev.tandem.backend.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be found out about this machine: model, cores, caches, memory. Linux says most. */
final class CpuFacts {

  /**
   * Bytes that a core usually has of the outermost cache for itself, about: what is larger comes
   * from memory. Machines report the whole of it, which others use as well.
   */
  static final long SHARE_OF_CACHE = 16L << 20;

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private static final long KIB = 1024;

  // a multiply-add takes some nanoseconds even where it is interpreted, and in software
  // microseconds
  private static final int MULTIPLY_ADDS = 50;
  private static final long NANOS_OF_SOFTWARE = 1_000;

  private CpuFacts() {}

  /** The maker's name, or the architecture where the system does not tell. */
  static String model() {
    for (String line : lines(CPU_INFO)) {
      if (line.startsWith("model name")) {
        return valueOf(line);
      }
    }
    return System.getProperty("os.arch", "unknown") + " processor";
  }

  /** What follows the colon in a line of {@link #CPU_INFO}. */
  private static String valueOf(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }

  /**
   * Whether a multiply-add with one rounding is an instruction here. All kernels use it, and where
   * the processor has none Java computes each with decimal numbers of any length.
   */
  static boolean multipliesAndAddsAtOnce() {
    long quickest = Long.MAX_VALUE;
    float sum = 1;
    for (int i = 0; i < MULTIPLY_ADDS; i++) {
      long start = System.nanoTime();
      sum = Math.fma(sum, 0.9f, 0.3f);
      quickest = Math.min(quickest, System.nanoTime() - start);
    }
    return quickest < NANOS_OF_SOFTWARE && sum > 0;
  }

  /** The cores that this process may use; two hardware threads of a core count as one. */
  static int cores() {
    int processors = Runtime.getRuntime().availableProcessors();
    Set<String> cores = new HashSet<>();
    String packageId = "";
    int listed = 0;
    for (String line : lines(CPU_INFO)) {
      if (line.startsWith("processor")) {
        listed++;
      } else if (line.startsWith("physical id")) {
        packageId = line;
      } else if (line.startsWith("core id")) {
        cores.add(packageId + line);
      }
    }
    boolean known = !cores.isEmpty() && listed >= cores.size();
    int threadsPerCore = known ? listed / cores.size() : 1;
    return Math.max(1, processors / threadsPerCore);
  }

  /** The size of a data or unified cache of cpu 0 in bytes, or {@code otherwise}. */
  static long cacheBytes(int level, long otherwise) {
    for (int index = 0; index < 8; index++) {
      Path cache = CACHES.resolve("index" + index);
      List<String> levels = lines(cache.resolve("level"));
      List<String> types = lines(cache.resolve("type"));
      List<String> sizes = lines(cache.resolve("size"));
      if (levels.isEmpty() || types.isEmpty() || sizes.isEmpty()) {
        continue;
      }
      String size = sizes.getFirst();
      boolean wanted = levels.getFirst().equals(Integer.toString(level));
      if (wanted && !types.getFirst().equals("Instruction") && size.endsWith("K")) {
        return Long.parseLong(size.substring(0, size.length() - 1)) * KIB;
      }
    }
    return level == 2 ? amdCacheBytes(otherwise) : otherwise;
  }

  /**
   * The cache that {@code /proc/cpuinfo} speaks of, which is the second level on AMD's processors;
   * some virtual machines tell no more.
   */
  private static long amdCacheBytes(long otherwise) {
    boolean amd = false;
    for (String line : lines(CPU_INFO)) {
      amd |= line.startsWith("vendor_id") && line.endsWith("AuthenticAMD");
      if (amd && line.startsWith("cache size") && line.endsWith(" KB")) {
        String size = valueOf(line);
        return Long.parseLong(size.substring(0, size.length() - " KB".length())) * KIB;
      }
    }
    return otherwise;
  }

  /** How much memory tensors may take if the user does not say: three quarters of the machine's. */
  static long memoryLimit() {
    for (String line : lines(MEMORY_INFO)) {
      if (line.startsWith("MemTotal:")) {
        long kib = Long.parseLong(line.replaceAll("\\D", ""));
        return kib * KIB / 4 * 3;
      }
    }
    return Math.max(Runtime.getRuntime().maxMemory(), 1L << 30) * 2;
  }

  static Device device(int threads) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("vectors", Lanes.SPECIES.vectorBitSize() + " bits");
    properties.put("threads", Integer.toString(threads));
    for (int level = 1; level <= 3; level++) {
      long bytes = cacheBytes(level, 0);
      if (bytes > 0) {
        properties.put("L" + level, bytes / KIB + " KiB");
      }
    }
    properties.put("memory limit", memoryLimit() / (KIB * KIB) + " MiB");
    return new Device(CpuBackendProvider.NAME, model(), properties);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException notReadable) {
      return List.of();
    }
  }
}
