package dev.tandem.io;

/** Strings as JSON writes them: for headers, whole, and for error messages, cut short. */
final class JsonText {

  private static final int EXCERPT = 60;

  private JsonText() {}

  /** Appends a string in quotes, escaping what must be: quotes, backslashes, control characters. */
  static void appendQuoted(StringBuilder json, String string) {
    json.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20) {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  /** The string in quotes on one line, of bounded length whatever a file holds. */
  static String excerpt(String string) {
    StringBuilder excerpt = new StringBuilder();
    appendQuoted(
        excerpt, string.length() <= EXCERPT ? string : string.substring(0, EXCERPT) + "...");
    return excerpt.toString();
  }
}
