package dev.tandem.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a safetensors file and holds it against every rule of the format, so that
 * whoever has a {@link SafetensorsHeader} can take its offsets and shapes at their word.
 */
final class SafetensorsHeaderParser {

  /** A tensor's members as they come, before any of them is checked. */
  private static final class Draft {
    @Nullable String type;
    long @Nullable [] shape;
    long @Nullable [] offsets;
  }

  private final Path file;
  private final JsonReader json;

  private SafetensorsHeaderParser(Path file, MemorySegment text) {
    this.file = file;
    this.json = new JsonReader(file, text);
  }

  /**
   * Reads a header.
   *
   * @param file named in errors
   * @param text the header without the eight bytes that tell its length
   * @param dataBytes how many bytes follow it in the file
   */
  static SafetensorsHeader parse(Path file, MemorySegment text, long dataBytes)
      throws MalformedFileException {
    return new SafetensorsHeaderParser(file, text).parse(dataBytes);
  }

  private SafetensorsHeader parse(long dataBytes) throws MalformedFileException {
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    json.readObject(name -> {
      if (name.equals(SafetensorsHeader.METADATA)) {
        json.readObject(key -> metadata.put(key, json.readString()));
      } else {
        entries.put(name, readEntry(name));
      }
    });
    json.end();
    return new SafetensorsHeader(
        Collections.unmodifiableMap(inOrder(entries, dataBytes)),
        Collections.unmodifiableMap(metadata));
  }

  private SafetensorsHeader.Entry readEntry(String name) throws MalformedFileException {
    Draft draft = new Draft();
    json.readObject(key -> {
      switch (key) {
        case "dtype" -> draft.type = json.readString();
        case "shape" -> draft.shape = readLongs();
        case "data_offsets" -> draft.offsets = readLongs();
        default -> json.skipValue(); // as the format's own reader does
      }
    });
    if (draft.type == null || draft.shape == null || draft.offsets == null) {
      throw malformed(name, "it needs dtype, shape and data_offsets");
    }
    ElementType type = type(name, draft.type);
    checkSize(name, type, draft.shape, draft.offsets);
    return new SafetensorsHeader.Entry(type, draft.shape, draft.offsets[0], draft.offsets[1]);
  }

  private long[] readLongs() throws MalformedFileException {
    LongStream.Builder values = LongStream.builder();
    json.readArray(() -> values.add(json.readLong()));
    return values.build().toArray();
  }

  private ElementType type(String name, String type) throws MalformedFileException {
    for (ElementType known : ElementType.values()) {
      if (known.name().equals(type)) {
        return known;
      }
    }
    throw malformed(
        name,
        "dtype %s is unknown; supported are %s"
            .formatted(JsonText.excerpt(type), Arrays.toString(ElementType.values())));
  }

  private void checkSize(String name, ElementType type, long[] shape, long[] offsets)
      throws MalformedFileException {
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw malformed(
          name, "data_offsets %s are not a begin and an end".formatted(excerpt(offsets)));
    }
    long elements;
    try {
      elements = TensorData.elements(shape);
    } catch (ArithmeticException e) {
      throw malformed(name, "shape %s: %s".formatted(excerpt(shape), e.getMessage()));
    }
    long bytes = offsets[1] - offsets[0];
    if (elements > Long.MAX_VALUE / type.bytes() || elements * type.bytes() != bytes) {
      throw malformed(
          name,
          "shape %s has %,d elements of %s, which do not take the %,d bytes of data_offsets %s"
              .formatted(excerpt(shape), elements, type, bytes, Arrays.toString(offsets)));
    }
  }

  /** Checks that the tensors cover the data without gap and overlap; returns them in its order. */
  private Map<String, SafetensorsHeader.Entry> inOrder(
      Map<String, SafetensorsHeader.Entry> entries, long dataBytes) throws MalformedFileException {
    List<Map.Entry<String, SafetensorsHeader.Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Map.Entry.comparingByValue(
            Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                .thenComparingLong(SafetensorsHeader.Entry::end)));
    Map<String, SafetensorsHeader.Entry> inOrder = new LinkedHashMap<>();
    long covered = 0;
    for (Map.Entry<String, SafetensorsHeader.Entry> named : sorted) {
      long begin = named.getValue().begin();
      if (begin != covered) {
        throw malformed(
            named.getKey(),
            "its data begins at byte %d, but the data before it ends at %d: %s"
                .formatted(begin, covered, begin < covered ? "they overlap" : "a gap"));
      }
      covered = named.getValue().end();
      inOrder.put(named.getKey(), named.getValue());
    }
    if (covered > dataBytes) {
      throw new MalformedFileException(
          file,
          "truncated: %,d bytes of data, but its tensors take %,d".formatted(dataBytes, covered));
    }
    if (covered < dataBytes) {
      throw new MalformedFileException(
          file,
          "%,d bytes too long: its tensors take %,d bytes of data, but it has %,d"
              .formatted(dataBytes - covered, covered, dataBytes));
    }
    return inOrder;
  }

  private MalformedFileException malformed(String name, String reason) {
    return new MalformedFileException(
        file, "tensor %s: %s".formatted(JsonText.excerpt(name), reason));
  }

  private static String excerpt(long[] values) {
    return values.length <= 16
        ? Arrays.toString(values)
        : "of %,d numbers".formatted(values.length);
  }
}
