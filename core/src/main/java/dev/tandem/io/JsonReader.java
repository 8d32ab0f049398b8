package dev.tandem.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads JSON (RFC 8259) from front to back without building a tree: the caller asks for what it
 * expects. Stricter than most: a key may occur once in an object, strings must be valid Unicode,
 * and nesting is limited. Only for headers in files; errors carry the file's name and the position.
 */
final class JsonReader {

  /** Receives an object's members: must read the value. */
  interface MemberReader {
    void read(String key) throws MalformedFileException;
  }

  /** Receives an array's items: must read the item. */
  interface ItemReader {
    void read() throws MalformedFileException;
  }

  /** The deepest nesting accepted. */
  static final int MAX_DEPTH = 32;

  private final JsonScanner scanner;
  private int depth;

  /**
   * A reader at the start of a text.
   *
   * @param file named in errors
   * @param text UTF-8
   */
  JsonReader(Path file, MemorySegment text) {
    this.scanner = new JsonScanner(file, text);
  }

  /** Reads an object, member by member. */
  void readObject(MemberReader members) throws MalformedFileException {
    open('{', "an object");
    Set<String> keys = new HashSet<>();
    if (!closes('}')) {
      do {
        String key = readString();
        if (!keys.add(key)) {
          throw malformed("the key %s occurs twice".formatted(JsonText.excerpt(key)));
        }
        scanner.skipSpace();
        scanner.expect(':', "':'");
        members.read(key);
      } while (continues('}'));
    }
    depth--;
  }

  /** Reads an array, item by item. */
  void readArray(ItemReader items) throws MalformedFileException {
    open('[', "an array");
    if (!closes(']')) {
      do {
        items.read();
      } while (continues(']'));
    }
    depth--;
  }

  /** Reads a string. */
  String readString() throws MalformedFileException {
    scanner.skipSpace();
    return scanner.string();
  }

  /** Reads an integer of 64 bits, written without fraction and exponent. */
  long readLong() throws MalformedFileException {
    scanner.skipSpace();
    String number = scanner.number("an integer");
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw malformed("%s is not an integer of 64 bits".formatted(JsonText.excerpt(number)));
    }
  }

  /** Reads any value and forgets it. */
  void skipValue() throws MalformedFileException {
    scanner.skipSpace();
    switch (scanner.peek()) {
      case '{' -> readObject(key -> skipValue());
      case '[' -> readArray(this::skipValue);
      case '"' -> scanner.string();
      case 't' -> scanner.word("true");
      case 'f' -> scanner.word("false");
      case 'n' -> scanner.word("null");
      default -> scanner.number("a value");
    }
  }

  /** Checks that nothing but white space follows. */
  void end() throws MalformedFileException {
    scanner.skipSpace();
    if (scanner.peek() != JsonScanner.END) {
      throw scanner.expected("the end");
    }
  }

  /** An exception for this file that says where the reader stands. */
  MalformedFileException malformed(String reason) {
    return scanner.malformed(reason);
  }

  private void open(char bracket, String what) throws MalformedFileException {
    scanner.skipSpace();
    scanner.expect(bracket, what);
    if (++depth > MAX_DEPTH) {
      throw malformed("nested deeper than %d levels".formatted(MAX_DEPTH));
    }
  }

  private boolean closes(char bracket) throws MalformedFileException {
    scanner.skipSpace();
    if (scanner.peek() != bracket) {
      return false;
    }
    scanner.expect(bracket, "the end");
    return true;
  }

  private boolean continues(char bracket) throws MalformedFileException {
    if (closes(bracket)) {
      return false;
    }
    scanner.expect(',', "',' or '%c'".formatted(bracket));
    return true;
  }
}
