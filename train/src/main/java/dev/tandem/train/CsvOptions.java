package dev.tandem.train;

import dev.tandem.train.data.CsvFile;
import dev.tandem.train.data.MissingValues;
import dev.tandem.train.data.Table;
import dev.tandem.train.data.UsageException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of every command that reads a CSV file. */
final class CsvOptions {

  @Option(
      names = "--separator",
      paramLabel = "CHAR",
      defaultValue = ",",
      description = "Between two fields: a character, or the word tab. Default: a comma.")
  private String separator = ",";

  @Option(
      names = "--missing",
      paramLabel = "fail|skip",
      defaultValue = "fail",
      description =
          "What to do with a row that lacks a value: fail with its line and column, or skip the"
              + " row. Default: ${DEFAULT-VALUE}.")
  private MissingValues missing = MissingValues.FAIL;

  MissingValues missing() {
    return missing;
  }

  /** Says how many rows were left out. */
  static String skippedNote(Table table) {
    return "%s: %d rows lack a value and are left out"
        .formatted(table.file().name(), table.skippedRows());
  }

  CsvFile file(Path path) {
    String text = separator.equals("tab") || separator.equals("\\t") ? "\t" : separator;
    if (text.length() != 1
        || text.equals("\"")
        || text.isBlank() && !text.equals("\t") && !text.equals(" ")) {
      throw new UsageException(
          "--separator '%s' is not one character that can stand between fields"
              .formatted(separator),
          "Say for example --separator ';' or --separator tab");
    }
    return new CsvFile(path, text.charAt(0));
  }
}
