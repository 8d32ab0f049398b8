package dev.tandem.testing;

import dev.tandem.io.ElementType;
import dev.tandem.io.Safetensors;
import dev.tandem.io.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values computed with PyTorch 2.13, read from the safetensors files in the resource folder {@code
 * golden}, whether that is a directory or inside core's test-jar.
 *
 * @param name the file's name without its ending, for example {@code linear_mse_3}
 * @param entries the tensors by name
 * @param metadata free text by key: batch sizes, learning rates
 */
public record Golden(String name, Map<String, Entry> entries, Map<String, String> metadata) {

  /**
   * One tensor.
   *
   * @param type what the file holds; float32 and float64 mostly
   * @param shape the dimensions; none for a single value
   * @param values row-major; exact for float32 and float64
   */
  public record Entry(ElementType type, int[] shape, double[] values) {

    /** The values as float32: exact if the file holds float32. */
    public float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  /** Reads a file by its name without the ending. */
  public static Golden load(String name) {
    String resource = "/golden/" + name + ".safetensors";
    try (InputStream stream = Golden.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException("no resource " + resource);
      }
      Path copy = Files.createTempFile(name, ".safetensors");
      try {
        Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
        return read(name, copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Golden read(String name, Path path) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (SafetensorsFile file = Safetensors.open(path)) {
      file.tensors()
          .forEach((key, data) -> {
            int[] shape = Arrays.stream(data.shape()).mapToInt(Math::toIntExact).toArray();
            entries.put(key, new Entry(data.type(), shape, data.toDoubles()));
          });
      return new Golden(name, Collections.unmodifiableMap(entries), file.metadata());
    }
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException if the file has none of that name
   */
  public Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException(name + ": no " + key + " among " + entries.keySet());
    }
    return entry;
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The values of one tensor, row-major, as float32. */
  public float[] floats(String key) {
    return entry(key).floats();
  }

  /** The values of one tensor, row-major, as float64. */
  public double[] doubles(String key) {
    return entry(key).values();
  }

  /** The dimensions of one tensor. */
  public int[] shape(String key) {
    return entry(key).shape();
  }
}
