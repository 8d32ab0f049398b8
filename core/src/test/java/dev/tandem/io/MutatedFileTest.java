package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Good files, damaged at random in thousands of ways: each must load or be refused with a {@link
 * MalformedFileException} that names it, and cost memory in proportion to its size only.
 */
class MutatedFileTest {

  private static final int MUTATIONS = 10_000;
  private static final Path NAME = Path.of("mutated");

  /** What a parser is told apart by; put where it hurts. */
  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "(",
    ")",
    "\\",
    "\\u0000",
    "-",
    "0",
    "9",
    "1e9",
    "null",
    "9223372036854775807",
    "-1",
    "4294967296",
    "F64",
    "BOOL",
    "[[[[[[[[",
    "{\"a\":",
    " ",
    "\0",
    "ÿ"
  };

  private interface Reader {
    TensorData[] read(MemorySegment bytes) throws MalformedFileException;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void damagedSafetensorsFileLoadsOrIsRefused(long seed, @TempDir Path directory)
      throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("weight", TensorData.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("b", TensorData.ofFloats(new float[] {1}, 1));
    tensors.put("empty", TensorData.ofFloats(new float[0], 0, 7));
    tensors.put("scalar", TensorData.ofFloats(new float[] {5}));
    Path path = directory.resolve("good");
    Safetensors.write(path, tensors, Map.of("key", "value"));
    mutate(
        Files.readAllBytes(path),
        seed,
        bytes -> {
          Arena arena = Arena.global(); // nothing is mapped, nothing to close
          return SafetensorsFile.read(NAME, bytes, arena)
              .tensors()
              .values()
              .toArray(TensorData[]::new);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"f4", "f8_big_endian_fortran", "f4_version_2", "scalar", "f4_fortran"})
  void damagedNpyFileLoadsOrIsRefused(String name) throws IOException {
    try (InputStream file = getClass().getResourceAsStream("/npy/" + name + ".npy")) {
      mutate(
          file.readAllBytes(), name.hashCode(), bytes -> new TensorData[] {Npy.read(NAME, bytes)});
    }
  }

  private static void mutate(byte[] good, long seed, Reader reader) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(seed);
    int loaded = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bad = mutated(good, random);
      MemorySegment bytes = MemorySegment.ofArray(bad).asReadOnly();
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        for (TensorData data : reader.read(bytes)) {
          assertThat(data.toFloats()).hasSize((int) data.elements());
        }
        loaded++;
      } catch (MalformedFileException e) {
        assertThat(e).hasMessageStartingWith("mutated: ");
        assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutation " + i + ": " + Arrays.toString(bad), e);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).isLessThan(1_000_000 + 100L * bad.length);
    }
    assertThat(loaded).isBetween(1, MUTATIONS - 1);
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bad = good.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      bad = mutatedOnce(bad, random);
    }
    if (random.nextBoolean() && bad.length >= Long.BYTES && good[0] != NpyHeader.MAGIC[0]) {
      // a length that fits, so that the damage behind it is reached
      long header = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
      long fitting = header + bad.length - good.length;
      ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(fitting);
    }
    return bad;
  }

  private static byte[] mutatedOnce(byte[] good, Random random) {
    int at = random.nextInt(good.length + 1);
    byte[] bad = good.clone();
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(good, at); // cut off
      }
      case 1 -> {
        return Arrays.copyOf(good, good.length + 1 + random.nextInt(64)); // too long
      }
      case 2 -> {
        return spliced(good, at, 1 + random.nextInt(8), new byte[0]);
      }
      case 3, 4 -> {
        byte[] token = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.ISO_8859_1);
        return spliced(good, at, random.nextBoolean() ? token.length : 0, token);
      }
      default -> {
        if (at < bad.length) {
          bad[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bad;
      }
    }
  }

  /** Some bytes taken out, others put in. */
  private static byte[] spliced(byte[] good, int at, int removed, byte[] inserted) {
    int from = Math.min(good.length, at + removed);
    byte[] bad = Arrays.copyOf(good, at + inserted.length + good.length - from);
    System.arraycopy(inserted, 0, bad, at, inserted.length);
    System.arraycopy(good, from, bad, at + inserted.length, good.length - from);
    return bad;
  }
}
