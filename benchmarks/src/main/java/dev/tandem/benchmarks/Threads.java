package dev.tandem.benchmarks;

/** The parameter {@code threads}: a number, or {@code all} for as many as the machine has cores. */
final class Threads {

  static final String ALL = "all";

  private Threads() {}

  /**
   * @throws IllegalArgumentException if it is neither
   */
  static int count(String text) {
    if (text.equals(ALL)) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int count = Integer.parseInt(text);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // said below, as for 0
    }
    throw new IllegalArgumentException(
        "threads %s: neither a positive number nor all".formatted(text));
  }
}
