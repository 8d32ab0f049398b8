package dev.tandem.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * An open safetensors file, mapped into memory: its header has been read and checked, its tensors
 * are read from disk where and when somebody looks at them. For all tensors at once there is {@link
 * Safetensors#load}.
 *
 * <p>Closing it unmaps the file; data of its tensors fails with an {@link IllegalStateException}
 * afterwards. Do not let another process shorten the file meanwhile: as with every mapped file,
 * reading what is gone raises an {@link InternalError}. (Replacing it, as {@link AtomicFile} does,
 * is harmless.) Safe for use by several threads.
 */
public final class SafetensorsFile implements AutoCloseable {

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int NAMES_IN_MESSAGE = 20;

  private final Path path;
  private final Arena arena;
  private final Map<String, TensorData> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(
      Path path, Arena arena, Map<String, TensorData> tensors, Map<String, String> metadata) {
    this.path = path;
    this.arena = arena;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  @SuppressWarnings("MustBeClosed") // the arena is closed with the file
  static SafetensorsFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return read(path, map(path, arena), arena);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (Files.isDirectory(path)) {
      throw new MalformedFileException(path, "a directory, not a safetensors file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /** Reads a file's bytes; the arena is closed with the result. */
  static SafetensorsFile read(Path path, MemorySegment bytes, Arena arena)
      throws MalformedFileException {
    if (bytes.byteSize() == 0) {
      throw new MalformedFileException(path, "empty, not a safetensors file");
    }
    if (bytes.byteSize() < Long.BYTES) {
      throw new MalformedFileException(
          path,
          "truncated: %d bytes, but the length of the header alone takes %d"
              .formatted(bytes.byteSize(), Long.BYTES));
    }
    long headerBytes = bytes.get(LENGTH, 0);
    long rest = bytes.byteSize() - Long.BYTES;
    if (headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES) {
      throw new MalformedFileException(
          path,
          "its header would take %s bytes, more than the %,d that the format allows; is it a safetensors file?"
              .formatted(Long.toUnsignedString(headerBytes), SafetensorsHeader.MAX_BYTES));
    }
    if (headerBytes > rest) {
      throw new MalformedFileException(
          path,
          "truncated: its header takes %,d bytes, but only %,d follow"
              .formatted(headerBytes, rest));
    }
    MemorySegment text = bytes.asSlice(Long.BYTES, headerBytes);
    MemorySegment data = bytes.asSlice(Long.BYTES + headerBytes);
    SafetensorsHeader header = SafetensorsHeaderParser.parse(path, text, data.byteSize());
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    header
        .entries()
        .forEach((name, entry) ->
            tensors.put(
                name,
                TensorData.of(
                    entry.type(),
                    entry.shape(),
                    data.asSlice(entry.begin(), entry.end() - entry.begin()))));
    return new SafetensorsFile(
        path, arena, Collections.unmodifiableMap(tensors), header.metadata());
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The free text that the file carries, by key; often empty. Immutable. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors by name, in the order in which they are stored. Immutable; nothing is copied. */
  public Map<String, TensorData> tensors() {
    return tensors;
  }

  /**
   * One tensor.
   *
   * @throws NoSuchElementException if there is none of that name
   */
  public TensorData tensor(String name) {
    TensorData tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException(
          "%s: no tensor %s among its %,d: %s"
              .formatted(
                  path,
                  JsonText.excerpt(name),
                  tensors.size(),
                  tensors.keySet().stream()
                      .limit(NAMES_IN_MESSAGE)
                      .map(JsonText::excerpt)
                      .collect(Collectors.joining(", "))));
    }
    return tensor;
  }

  /** Unmaps the file. Closing twice is allowed. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** The path and the number of tensors. */
  @Override
  public String toString() {
    return "%s: %,d tensors".formatted(path, tensors.size());
  }
}
