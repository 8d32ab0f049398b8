package dev.tandem.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes safetensors files: named tensors behind a JSON header, the exchange format of
 * trained models. Files can be read by every implementation of the format and the other way round.
 */
public final class Safetensors {

  private Safetensors() {}

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
    List<Map.Entry<String, TensorData>> ordered = SafetensorsHeader.inOrder(tensors);
    ByteBuffer text = SafetensorsHeader.layOut(ordered, metadata).compose();
    AtomicFile.write(
        path,
        channel -> {
          writeLength(channel, text.remaining());
          AtomicFile.writeFully(channel, text);
          for (Map.Entry<String, TensorData> named : ordered) {
            AtomicFile.writeFully(channel, named.getValue().bytes());
          }
        });
  }

  private static void writeLength(FileChannel channel, long headerBytes) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    AtomicFile.writeFully(channel, length.putLong(headerBytes).flip());
  }
}
