package dev.tandem.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a .npy file, a Python dictionary of three members, and holds it against the
 * rules of the format and the length of the file.
 */
final class NpyHeaderParser {

  /** Far more than 64 dimensions take; NumPy itself stops at 10,000 unless told otherwise. */
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private static final char END = 0;

  private final Path file;
  private final String text;
  private int position;
  private @Nullable String description;
  private @Nullable Boolean columnMajor;
  private long @Nullable [] shape;

  private NpyHeaderParser(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Reads a header.
   *
   * @param file named in errors
   * @param bytes the whole file
   */
  static NpyHeader parse(Path file, MemorySegment bytes) throws MalformedFileException {
    int magic = NpyHeader.MAGIC.length;
    long size = bytes.byteSize();
    if (size < magic
        || bytes.asSlice(0, magic).mismatch(MemorySegment.ofArray(NpyHeader.MAGIC)) != -1) {
      throw new MalformedFileException(file, "not a .npy file: it does not start with \\x93NUMPY");
    }
    int major = size > magic ? bytes.get(ValueLayout.JAVA_BYTE, magic) : 1;
    int minor = size > magic + 1 ? bytes.get(ValueLayout.JAVA_BYTE, magic + 1) : 0;
    if (major < 1 || major > 3 || minor != 0) {
      throw new MalformedFileException(
          file,
          ".npy version %d.%d is not supported; 1.0, 2.0 and 3.0 are"
              .formatted(Byte.toUnsignedInt((byte) major), Byte.toUnsignedInt((byte) minor)));
    }
    int begin = magic + 2 + (major == 1 ? Short.BYTES : Integer.BYTES);
    long end = begin + (size < begin ? 0 : textLength(bytes, major));
    if (size < end || size < begin) {
      throw new MalformedFileException(
          file, "truncated: %,d bytes, but its header takes %,d".formatted(size, end));
    }
    if (end - begin > MAX_TEXT_BYTES) {
      throw new MalformedFileException(
          file,
          "its header takes %,d bytes; at most %,d are accepted".formatted(end, MAX_TEXT_BYTES));
    }
    byte[] text = bytes.asSlice(begin, end - begin).toArray(ValueLayout.JAVA_BYTE);
    NpyHeaderParser parser =
        new NpyHeaderParser(file, new String(text, StandardCharsets.ISO_8859_1));
    return parser.parse(end, size - end);
  }

  private static long textLength(MemorySegment bytes, int major) {
    long at = NpyHeader.MAGIC.length + 2;
    return major == 1
        ? Short.toUnsignedLong(
            bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at))
        : Integer.toUnsignedLong(
            bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at));
  }

  private NpyHeader parse(long headerBytes, long dataBytes) throws MalformedFileException {
    readDictionary();
    if (description == null || columnMajor == null || shape == null) {
      throw malformed("it needs 'descr', 'fortran_order' and 'shape'");
    }
    ElementType type = type(description);
    ByteOrder order = description.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    long elements;
    try {
      elements = TensorData.elements(shape);
    } catch (ArithmeticException e) {
      throw malformed("shape %s: %s".formatted(Arrays.toString(shape), e.getMessage()));
    }
    if (elements > dataBytes / type.bytes()) {
      throw new MalformedFileException(
          file,
          "truncated: %,d elements of %d bytes each do not fit into the %,d bytes after the header"
              .formatted(elements, type.bytes(), dataBytes));
    }
    long rest = dataBytes - elements * type.bytes();
    if (rest > 0) {
      throw new MalformedFileException(
          file, "%,d bytes too long: only one array in a file is supported".formatted(rest));
    }
    return new NpyHeader(type, order, columnMajor, shape, headerBytes);
  }

  private ElementType type(String description) throws MalformedFileException {
    ElementType type = NpyHeader.type(description);
    if (type == null) {
      throw malformed(
          "element type %s is not supported; booleans, integers and floats are, as in '<f4' or '>i8'"
              .formatted(JsonText.excerpt(description)));
    }
    return type;
  }

  private void readDictionary() throws MalformedFileException {
    Set<String> keys = new HashSet<>();
    expect('{');
    while (next() != '}') {
      String key = readString();
      if (!keys.add(key)) {
        throw malformed("%s occurs twice".formatted(JsonText.excerpt(key)));
      }
      expect(':');
      switch (key) {
        case "descr" -> description = readDescription();
        case "fortran_order" -> columnMajor = readTruth();
        case "shape" -> shape = readTuple();
        default -> throw malformed("unknown member %s".formatted(JsonText.excerpt(key)));
      }
      if (next() != '}') {
        expect(',');
      }
    }
    expect('}');
    if (next() != END || position < text.length()) {
      throw malformed("something follows the dictionary");
    }
  }

  private String readDescription() throws MalformedFileException {
    if (next() == '[' || next() == '(') {
      throw malformed("arrays of records are not supported");
    }
    return readString();
  }

  private String readString() throws MalformedFileException {
    char quote = next();
    if (quote != '\'' && quote != '"') {
      throw malformed("expected a string");
    }
    int end = text.indexOf(quote, position + 1);
    if (end < 0) {
      throw malformed("a string does not end");
    }
    String string = text.substring(position + 1, end);
    position = end + 1;
    return string;
  }

  private boolean readTruth() throws MalformedFileException {
    next();
    for (boolean truth : new boolean[] {true, false}) {
      String word = truth ? "True" : "False";
      if (text.startsWith(word, position)) {
        position += word.length();
        return truth;
      }
    }
    throw malformed("expected True or False");
  }

  private long[] readTuple() throws MalformedFileException {
    expect('(');
    LongStream.Builder values = LongStream.builder();
    int commas = 0;
    int count = 0;
    while (next() != ')') {
      if (count > commas) {
        expect(',');
        commas++;
      } else {
        values.add(readDimension());
        count++;
      }
    }
    expect(')');
    if (count == 1 && commas == 0) {
      throw malformed("a tuple of one number has a comma after it");
    }
    return values.build().toArray();
  }

  private long readDimension() throws MalformedFileException {
    int start = next() == '-' ? position++ : position;
    while (current() >= '0' && current() <= '9') {
      position++;
    }
    String digits = text.substring(start, position);
    if (digits.isEmpty() || digits.equals("-")) {
      throw malformed("expected a dimension");
    }
    if (current() == 'L') { // Python 2 wrote long integers so
      position++;
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw malformed("%s is not an integer of 64 bits".formatted(JsonText.excerpt(digits)));
    }
  }

  private void expect(char sign) throws MalformedFileException {
    if (next() != sign) {
      throw malformed("expected '%c'".formatted(sign));
    }
    position++;
  }

  /** Passes white space and returns the character behind it without passing that. */
  private char next() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    return current();
  }

  private char current() {
    return position < text.length() ? text.charAt(position) : END;
  }

  private MalformedFileException malformed(String reason) {
    return new MalformedFileException(file, "header, character %d: %s".formatted(position, reason));
  }
}
