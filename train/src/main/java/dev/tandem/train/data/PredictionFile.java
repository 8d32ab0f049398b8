package dev.tandem.train.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a CSV file with a further column of predictions. The file is read a second time for it;
 * rows that were left out for a missing value get an empty prediction.
 */
public final class PredictionFile {

  private final Table table;
  private final String column;
  private final double[] predictions;

  /**
   * @param table read from the file to copy
   * @param column name of the new column
   * @param predictions one for each row of the table
   * @throws UsageException if the file has a column of that name
   */
  public PredictionFile(Table table, String column, double[] predictions) {
    if (table.file().header().contains(column)) {
      throw new UsageException(
          "%s has a column '%s' already".formatted(table.file().name(), column),
          "Choose another name for the predictions with --column");
    }
    this.table = table;
    this.column = column;
    this.predictions = predictions;
  }

  /** Writes to a stream, which stays open. */
  public void write(PrintStream out) {
    copy(out);
    out.flush();
  }

  /**
   * Writes a file, as a whole or not at all.
   *
   * @throws JobException if that is impossible
   */
  public void write(Path file) {
    Path absolute = file.toAbsolutePath();
    @Nullable Path partial = null;
    try {
      if (Files.isDirectory(absolute)) {
        throw new JobException("%s is a directory".formatted(file), "Name a file in it with -o");
      }
      partial =
          Files.createFile(
              absolute.resolveSibling(
                  ".%s.partial-%d"
                      .formatted(absolute.getFileName(), ProcessHandle.current().pid())));
      partial.toFile().deleteOnExit();
      try (OutputStream out = Files.newOutputStream(partial)) {
        copy(out);
      }
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UncheckedIOException e) {
      throw new JobException(
          "%s cannot be written: %s".formatted(file, e), "Choose another file with -o", e);
    } finally {
      if (partial != null) {
        partial.toFile().delete(); // there only if the move did not happen
      }
    }
  }

  private void copy(OutputStream out) {
    CsvWriter csv =
        CsvWriter.builder()
            .fieldSeparator(table.file().separator())
            .build(out, StandardCharsets.UTF_8);
    List<String> header = new ArrayList<>(table.file().header());
    header.add(column);
    csv.writeRecord(header);
    int[] position = {0, 0}; // row of the file, row of the table
    table
        .file()
        .forEachRow((line, fields) -> {
          List<String> row = new ArrayList<>(fields);
          boolean skipped = table.isSkipped(position[0]++);
          row.add(skipped ? "" : Double.toString(predictions[position[1]++]));
          csv.writeRecord(row);
        });
    try {
      csv.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
