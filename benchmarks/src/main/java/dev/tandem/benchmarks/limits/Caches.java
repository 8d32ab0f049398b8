package dev.tandem.benchmarks.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sizes of the data caches in bytes. Read from Linux; elsewhere, and where a guest is not told, the
 * sizes of a common server core are assumed.
 *
 * @param l1 of one core
 * @param l2 of one core
 * @param l3 shared by the cores; where there is none, as large as {@code l2}
 * @param known whether the machine said so
 */
public record Caches(long l1, long l2, long l3, boolean known) {

  private static final Caches ASSUMED = new Caches(32 << 10, 1 << 20, 16 << 20, false);
  private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** The caches of this machine. */
  public static Caches detect() {
    long[] sizes = new long[4];
    for (int index = 0; index < 8; index++) {
      Path cache = CPU.resolve("index" + index);
      try {
        if (Files.exists(cache) && !read(cache, "type").equals("Instruction")) {
          int level = Integer.parseInt(read(cache, "level"));
          if (level < sizes.length) {
            sizes[level] = bytes(read(cache, "size"));
          }
        }
      } catch (IOException | NumberFormatException e) {
        return ASSUMED;
      }
    }
    if (sizes[1] == 0 || sizes[2] == 0) {
      return ASSUMED;
    }
    return new Caches(sizes[1], sizes[2], Math.max(sizes[3], sizes[2]), true);
  }

  private static String read(Path cache, String file) throws IOException {
    return Files.readString(cache.resolve(file)).strip();
  }

  /** Reads {@code 32K}, {@code 1M} or a plain number. */
  static long bytes(String text) {
    int last = text.length() - 1;
    return switch (text.charAt(last)) {
      case 'K' -> Long.parseLong(text.substring(0, last)) << 10;
      case 'M' -> Long.parseLong(text.substring(0, last)) << 20;
      default -> Long.parseLong(text);
    };
  }

  @Override
  public String toString() {
    return "L1 %d KiB, L2 %d KiB, L3 %d KiB%s"
        .formatted(l1 >> 10, l2 >> 10, l3 >> 10, known ? "" : " (assumed)");
  }
}
