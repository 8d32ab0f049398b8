package dev.tandem.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file: which tensors there are, of which type and shape, and where
 * their bytes are in the data that follows it. Lays out and composes headers; {@link
 * SafetensorsHeaderParser} reads them.
 *
 * @param entries by name, in the order of their data
 * @param metadata free text by key
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {

  /** The longest header the format allows. */
  static final long MAX_BYTES = 100_000_000;

  /** The one name that no tensor can have: it holds the free text. */
  static final String METADATA = "__metadata__";

  /** Where a tensor's bytes are, counted from the start of the data; end is exclusive. */
  record Entry(ElementType type, long[] shape, long begin, long end) {}

  /** A tensor to be written: what it is, and what writes its bytes when its turn comes. */
  record Source(String name, ElementType type, long[] shape, AtomicFile.Content bytes) {}

  /**
   * The order in which a file holds tensors: the widest element types first, so that all are
   * aligned, then by name. The same tensors always come in the same order.
   */
  static final Comparator<Source> ORDER =
      Comparator.comparing(Source::type).reversed().thenComparing(Source::name);

  /**
   * The header for tensors that follow one another in the given order.
   *
   * @throws IllegalArgumentException if a tensor has the reserved name
   */
  static SafetensorsHeader layOut(List<Source> ordered, Map<String, String> metadata) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (Source source : ordered) {
      if (source.name().equals(METADATA)) {
        throw new IllegalArgumentException(
            "safetensors: no tensor can be named %s; rename it".formatted(METADATA));
      }
      long end = begin + TensorData.elements(source.shape()) * source.type().bytes();
      entries.put(source.name(), new Entry(source.type(), source.shape(), begin, end));
      begin = end;
    }
    return new SafetensorsHeader(entries, new TreeMap<>(metadata));
  }

  /**
   * The header as it stands in a file, behind the eight bytes that tell its length: JSON, filled up
   * with spaces so that the data begins at a multiple of 8.
   *
   * @throws IllegalArgumentException if a text has half a surrogate pair, or the header is too long
   */
  ByteBuffer compose() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      JsonText.appendQuoted(json, METADATA);
      json.append(":{");
      metadata.forEach((key, value) -> {
        JsonText.appendQuoted(json, key);
        json.append(':');
        JsonText.appendQuoted(json, value);
        json.append(',');
      });
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    entries.forEach((name, entry) -> {
      JsonText.appendQuoted(json, name);
      json.append(":{\"dtype\":\"").append(entry.type()).append("\",\"shape\":");
      json.append(Arrays.toString(entry.shape()).replace(" ", ""));
      json.append(",\"data_offsets\":[").append(entry.begin());
      json.append(',').append(entry.end()).append("]},");
    });
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    json.append('}');
    ByteBuffer text = encode(json);
    int padded = Math.ceilDiv(text.remaining(), Long.BYTES) * Long.BYTES;
    ByteBuffer header = ByteBuffer.allocate(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static ByteBuffer encode(StringBuilder json) {
    ByteBuffer text;
    try {
      text = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "safetensors: a name or a metadata text has half a surrogate pair", e);
    }
    if (text.remaining() > MAX_BYTES - Long.BYTES) {
      throw new IllegalArgumentException(
          "safetensors: names, shapes and metadata take %,d bytes; a header has at most %,d"
              .formatted(text.remaining(), MAX_BYTES));
    }
    return text;
  }
}
