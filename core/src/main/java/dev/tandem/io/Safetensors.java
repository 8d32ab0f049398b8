package dev.tandem.io;

import dev.tandem.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes safetensors files: named tensors behind a JSON header, the exchange format of
 * trained models. Files can be read by every implementation of the format and the other way round.
 *
 * <p>{@link #save} and {@link #load} are for tensors; {@link #write} and {@link #open} are for data
 * of any element type, and for files of which only a part is wanted.
 */
public final class Safetensors {

  private Safetensors() {}

  /** Saves tensors without metadata, as {@link #save(Path, Map, Map)}. */
  public static void save(Path path, Map<String, ? extends Tensor> tensors) throws IOException {
    save(path, tensors, Map.of());
  }

  /**
   * Saves tensors, for example a model's {@code stateDict()}, as float32. They are computed first
   * if need be. The file appears as a whole or not at all; equal arguments give equal files.
   *
   * @param tensors by name
   * @param metadata free text that the file carries
   * @throws IllegalArgumentException if a name is {@code __metadata__}, a text is no valid Unicode,
   *     or the header exceeds 100,000,000 bytes; no file is touched then
   * @throws IOException if the file cannot be written
   */
  public static void save(
      Path path, Map<String, ? extends Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<SafetensorsHeader.Source> sources = new ArrayList<>();
    tensors.forEach((name, tensor) -> {
      tensor.evaluate(); // what fails, fails before a file is touched
      sources.add(
          new SafetensorsHeader.Source(
              name,
              ElementType.F32,
              TensorData.shapeOf(tensor),
              channel -> AtomicFile.writeFully(channel, TensorData.bytesOf(tensor))));
    });
    writeSources(path, sources, metadata);
  }

  /**
   * Loads all tensors of a file onto the current backend; other element types become float32. The
   * file can be changed afterwards.
   *
   * @return by name, in the order in which they are stored; immutable
   * @throws MalformedFileException if it is no safetensors file that follows all rules of the
   *     format, or has a tensor beyond what a {@link dev.tandem.Shape} can hold
   * @throws IOException if it cannot be read
   */
  public static Map<String, Tensor> load(Path path) throws IOException {
    try (SafetensorsFile file = open(path)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, TensorData> named : file.tensors().entrySet()) {
        try {
          tensors.put(named.getKey(), named.getValue().toTensor());
        } catch (IllegalArgumentException e) {
          throw new MalformedFileException(
              path, "tensor %s: %s".formatted(JsonText.excerpt(named.getKey()), e.getMessage()));
        }
      }
      return Collections.unmodifiableMap(tensors);
    }
  }

  /**
   * Opens a file and checks its header, without reading a tensor.
   *
   * @throws MalformedFileException if it is no safetensors file that follows all rules of the
   *     format
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return SafetensorsFile.open(path);
  }

  /**
   * Writes tensors of any element type. The file appears as a whole or not at all; equal arguments
   * give equal files.
   *
   * @param tensors by name
   * @param metadata free text that the file carries
   * @throws IllegalArgumentException if a name is {@code __metadata__}, a text is no valid Unicode,
   *     or the header exceeds 100,000,000 bytes; no file is touched then
   * @throws IOException if the file cannot be written
   */
  public static void write(Path path, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    List<SafetensorsHeader.Source> sources = new ArrayList<>();
    tensors.forEach((name, data) ->
        sources.add(
            new SafetensorsHeader.Source(
                name,
                data.type(),
                data.shape(),
                channel -> AtomicFile.writeFully(channel, data.bytes()))));
    writeSources(path, sources, metadata);
  }

  private static void writeSources(
      Path path, List<SafetensorsHeader.Source> sources, Map<String, String> metadata)
      throws IOException {
    sources.sort(SafetensorsHeader.ORDER);
    ByteBuffer header = SafetensorsHeader.layOut(sources, metadata).compose();
    AtomicFile.write(
        path,
        channel -> {
          writeLength(channel, header.remaining());
          AtomicFile.writeFully(channel, header);
          for (SafetensorsHeader.Source source : sources) {
            source.bytes().writeTo(channel);
          }
        });
  }

  private static void writeLength(FileChannel channel, long headerBytes) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    AtomicFile.writeFully(channel, length.putLong(headerBytes).flip());
  }
}
