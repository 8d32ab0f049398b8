package dev.tandem.train.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A CSV file on disk: UTF-8, a header with the names of the columns, one record per row. It is read
 * anew by every call and never held in memory.
 *
 * @param path where it is
 * @param separator between two fields
 */
public record CsvFile(Path path, char separator) {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** Receives the rows of a file in order. */
  @FunctionalInterface
  public interface RowReader {
    /**
     * @param line the line on which the row starts, counted from 1
     * @param fields as many as the header has
     */
    void row(long line, List<String> fields);
  }

  /** The file's name without its folders, for messages. */
  public String name() {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /**
   * The names of the columns.
   *
   * @throws JobException if the file cannot be read or is empty, or if a name is missing or
   *     repeated
   */
  public List<String> header() {
    try (CsvReader<CsvRecord> reader = open()) {
      for (CsvRecord first : reader) {
        return checkedHeader(first);
      }
    } catch (IOException | UncheckedIOException | CsvParseException e) {
      throw unreadable(e);
    }
    throw new JobException(
        name() + " is empty",
        "It needs a first line with the names of the columns and rows below it");
  }

  /**
   * Reads every row below the header; blank lines are passed over.
   *
   * @throws JobException if the file cannot be read, or a row has more or fewer fields than the
   *     header
   */
  public void forEachRow(RowReader rows) {
    int columns = header().size();
    boolean inHeader = true;
    try (CsvReader<CsvRecord> reader = open()) {
      for (CsvRecord record : reader) {
        if (inHeader) {
          inHeader = false;
          continue;
        }
        if (record.getFieldCount() != columns) {
          throw new JobException(
              "%s, line %d: %d fields, but the header names %d columns"
                  .formatted(
                      name(), record.getStartingLineNumber(), record.getFieldCount(), columns),
              "Correct the line; a field that contains the separator must be quoted");
        }
        rows.row(record.getStartingLineNumber(), record.getFields());
      }
    } catch (IOException | UncheckedIOException | CsvParseException e) {
      throw unreadable(e);
    }
  }

  private CsvReader<CsvRecord> open() throws IOException {
    // a Reader of our own: it refuses bytes that are not UTF-8, where the library replaces them
    BufferedReader text = Files.newBufferedReader(path, StandardCharsets.UTF_8);
    try {
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
    } catch (IOException e) {
      text.close();
      throw e;
    }
    // the number of fields is checked in forEachRow, with the name of the file
    return CsvReader.builder()
        .fieldSeparator(separator)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .ofCsvRecord(text);
  }

  private List<String> checkedHeader(CsvRecord header) {
    List<String> names = header.getFields().stream().map(String::strip).toList();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).isEmpty()) {
        throw new JobException(
            "%s: column %d has no name".formatted(name(), i + 1), "Name it in the first line");
      }
      if (!seen.add(names.get(i))) {
        throw new JobException(
            "%s: two columns are named '%s'".formatted(name(), names.get(i)),
            "Give each column a name of its own in the first line");
      }
    }
    return names;
  }

  private JobException unreadable(Exception e) {
    Throwable reason = e;
    // what happens while the library reads ahead comes wrapped
    while (!(reason instanceof IOException) && reason.getCause() instanceof Throwable cause) {
      reason = cause;
    }
    if (reason instanceof NoSuchFileException) {
      return new JobException("%s does not exist".formatted(path), "Check the name of the file", e);
    }
    if (reason instanceof CharacterCodingException) {
      return new JobException(
          "%s is not UTF-8 text".formatted(name()), "Save it as UTF-8 and try again", e);
    }
    if (Files.isDirectory(path)) {
      return new JobException("%s is a directory".formatted(path), "Name a CSV file in it", e);
    }
    return new JobException(
        "%s cannot be read: %s".formatted(path, stripFullStop(reason)),
        "Check the file, its quotes and your permission to read it",
        e);
  }

  private static String stripFullStop(Throwable reason) {
    String message = reason.getMessage() == null ? reason.toString() : reason.getMessage();
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
