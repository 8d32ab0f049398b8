package dev.tandem.train.data;

import java.util.Locale;

/** What to do with a row in which a needed value is missing. */
public enum MissingValues {
  /** Report the first one, and how many there are, as a {@link JobException}. */
  FAIL,
  /** Leave the row out and count it. */
  SKIP;

  /** As written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a cell stands for "no value": empty, or one of the usual marks for it. */
  static boolean isMissing(String cell) {
    return switch (cell.strip()) {
      case "", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None" -> true;
      default -> false;
    };
  }
}
