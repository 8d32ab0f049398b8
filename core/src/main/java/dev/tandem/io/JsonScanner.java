package dev.tandem.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The words of JSON: takes strings, numbers and signs from UTF-8 bytes, checking every byte it
 * passes. How they may follow one another is {@link JsonReader}'s matter.
 */
final class JsonScanner {

  /** What {@link #peek} returns behind the last byte. */
  static final int END = -1;

  private final Path file;
  private final MemorySegment text;
  private final long length;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private long position;

  JsonScanner(Path file, MemorySegment text) {
    this.file = file;
    this.text = text;
    this.length = text.byteSize();
  }

  /** The next byte, or {@link #END}; it is not passed. */
  int peek() {
    return position < length ? Byte.toUnsignedInt(text.get(ValueLayout.JAVA_BYTE, position)) : END;
  }

  /** Passes white space. */
  void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      position++;
    }
  }

  /** Passes a sign. */
  void expect(char sign, String what) throws MalformedFileException {
    if (peek() != sign) {
      throw expected(what);
    }
    position++;
  }

  /** Passes a word, for example {@code true}. */
  void word(String word) throws MalformedFileException {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i), word);
    }
  }

  /** Passes a number and returns its text. */
  String number(String what) throws MalformedFileException {
    if (peek() != '-' && !isDigit(peek())) {
      throw expected(what);
    }
    long start = position;
    skipIf('-', '-');
    if (!skipIf('0', '0')) {
      skipDigits();
    }
    if (skipIf('.', '.')) {
      skipDigits();
    }
    if (skipIf('e', 'E')) {
      skipIf('+', '-');
      skipDigits();
    }
    byte[] digits = text.asSlice(start, position - start).toArray(ValueLayout.JAVA_BYTE);
    return new String(digits, StandardCharsets.US_ASCII);
  }

  private boolean skipIf(char one, char other) {
    boolean skip = peek() == one || peek() == other;
    position += skip ? 1 : 0;
    return skip;
  }

  private void skipDigits() throws MalformedFileException {
    if (!isDigit(peek())) {
      throw expected("a digit");
    }
    while (isDigit(peek())) {
      position++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Passes a string and returns what stands between its quotes, escapes resolved. */
  String string() throws MalformedFileException {
    expect('"', "a string");
    StringBuilder string = new StringBuilder();
    long start = position; // of the bytes not yet appended
    for (int c = peek(); c != '"'; c = peek()) {
      if (c == END) {
        throw malformed("a string does not end");
      }
      if (c < 0x20) {
        throw malformed("control character %d in a string".formatted(c));
      }
      if (c == '\\') {
        appendDecoded(string, start);
        position++;
        string.append(escaped());
        start = position;
      } else {
        position++;
      }
    }
    appendDecoded(string, start);
    if (string.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      throw malformed("half a surrogate pair in a string");
    }
    position++;
    return string.toString();
  }

  private void appendDecoded(StringBuilder string, long start) throws MalformedFileException {
    if (start == position) {
      return;
    }
    try {
      string.append(decoder.decode(text.asSlice(start, position - start).asByteBuffer()));
    } catch (CharacterCodingException e) {
      throw malformed("the string that ends here is not valid UTF-8");
    }
  }

  private char escaped() throws MalformedFileException {
    int c = peek();
    position++;
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> escapedUnit();
      default -> {
        position--;
        throw expected("an escape that JSON knows");
      }
    };
  }

  private char escapedUnit() throws MalformedFileException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = peek() == END ? -1 : Character.digit(peek(), 16);
      if (digit < 0) {
        throw expected("a hexadecimal digit");
      }
      unit = unit << 4 | digit;
      position++;
    }
    return (char) unit;
  }

  /** An exception that says what is missing here, and what stands here instead. */
  MalformedFileException expected(String what) {
    int c = peek();
    String found =
        c == END
            ? "the end"
            : c > 0x20 && c < 0x7f ? "'%c'".formatted(c) : "byte 0x%02x".formatted(c);
    return malformed("expected %s, found %s".formatted(what, found));
  }

  /** An exception that says where the scanner stands. */
  MalformedFileException malformed(String reason) {
    return new MalformedFileException(file, "header, byte %,d: %s".formatted(position, reason));
  }
}
