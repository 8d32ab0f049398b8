package dev.tandem.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The user's choice among the columns of a file.
 *
 * @param target the column to predict
 * @param features the inputs in the user's order; empty for every other column in the file's order
 * @param excluded columns to leave out
 * @param categorical columns that hold categories
 */
public record ColumnChoice(
    String target, List<String> features, List<String> excluded, List<String> categorical) {

  private static final int NAMES_IN_A_MESSAGE = 20;

  /**
   * Applies the choice to a file.
   *
   * @throws UsageException if a chosen column is not in the file or is chosen twice, the target is
   *     among the features or categories, or no feature is left
   * @throws JobException if the header cannot be read
   */
  public Columns in(CsvFile file) {
    List<String> header = file.header();
    check(file, header, "--target", List.of(target));
    check(file, header, "--features", features);
    check(file, header, "--exclude", excluded);
    check(file, header, "--categorical", categorical);
    if (features.contains(target)) {
      throw new UsageException(
          "column '%s' is the target and a feature as well".formatted(target),
          "Leave it out of --features");
    }
    if (categorical.contains(target)) {
      throw new UsageException(
          "the target '%s' is declared categorical, but only numbers can be predicted"
              .formatted(target),
          "Choose a numeric --target");
    }
    List<String> chosen = new ArrayList<>(features.isEmpty() ? header : features);
    chosen.remove(target);
    chosen.removeAll(excluded);
    if (chosen.isEmpty()) {
      throw new UsageException(
          "no column of %s is left as a feature".formatted(file.name()),
          "Choose at least one column besides the target");
    }
    for (String column : categorical) {
      if (!chosen.contains(column)) {
        throw new UsageException(
            "--categorical names '%s', which is not a feature".formatted(column),
            "Add it to --features or leave it out of --categorical");
      }
    }
    return new Columns(chosen, new HashSet<>(categorical), target, false);
  }

  private static void check(CsvFile file, List<String> header, String option, List<String> chosen) {
    HashSet<String> seen = new HashSet<>();
    for (String column : chosen) {
      if (!header.contains(column)) {
        throw unknown(file, header, option, column);
      }
      if (!seen.add(column)) {
        throw new UsageException(
            "%s names column '%s' twice".formatted(option, column), "Name it once");
      }
    }
  }

  private static UsageException unknown(
      CsvFile file, List<String> header, String option, String column) {
    String problem = "%s: %s has no column '%s'".formatted(option, file.name(), column);
    String only = header.getFirst();
    if (header.size() == 1 && (only.indexOf(';') >= 0 || only.indexOf('\t') >= 0)) {
      return new UsageException(
          problem,
          "The whole header was read as one column; if the fields are separated by %s, say --separator %s"
              .formatted(
                  only.indexOf(';') >= 0 ? "semicolons" : "tabs",
                  only.indexOf(';') >= 0 ? "';'" : "tab"));
    }
    String names =
        String.join(", ", header.subList(0, Math.min(header.size(), NAMES_IN_A_MESSAGE)));
    return new UsageException(
        problem,
        "Its columns are "
            + names
            + (header.size() > NAMES_IN_A_MESSAGE
                ? " and %d more".formatted(header.size() - NAMES_IN_A_MESSAGE)
                : ""));
  }
}
