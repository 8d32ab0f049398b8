package dev.tandem.train.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chosen columns of a CSV file, held in memory column by column: 8 bytes for a number, 4 for a
 * category. Immutable by convention: nobody writes to the arrays.
 */
public final class Table {

  private final CsvFile file;
  private final Map<String, Column> columns;
  private final int[] lines; // the line of each row in the file
  private final BitSet skipped; // over all rows of the file, those left out included

  private Table(CsvFile file, Map<String, Column> columns, int[] lines, BitSet skipped) {
    this.file = file;
    this.columns = columns;
    this.lines = lines;
    this.skipped = skipped;
  }

  /**
   * Reads the chosen columns of a file.
   *
   * @throws JobException if a column is not there, a numeric cell holds no finite number, a value
   *     is missing (unless such rows are skipped), or no row is left; the message names line and
   *     column
   */
  public static Table read(CsvFile file, Columns choice, MissingValues missing) {
    Reading reading = new Reading(file, choice, missing);
    file.forEachRow(reading::row);
    return reading.table();
  }

  /** The file it was read from. */
  public CsvFile file() {
    return file;
  }

  /** How many rows it holds. */
  public int rows() {
    return lines.length;
  }

  /** How many rows of the file were left out because a value was missing. */
  public int skippedRows() {
    return skipped.cardinality();
  }

  /** Whether a row of the file, counted from 0 below the header, was left out. */
  public boolean isSkipped(int rowOfFile) {
    return skipped.get(rowOfFile);
  }

  /** The line of a row in the file, counted from 1. */
  public int line(int row) {
    return lines[row];
  }

  /** A column that was chosen when the table was read. */
  public Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException("column '%s' was not read".formatted(name));
    }
    return column;
  }

  /** The values of a numeric column. Not to be changed. */
  public double[] numbers(String name) {
    if (column(name) instanceof Column.Numbers numbers) {
      return numbers.values();
    }
    throw new IllegalArgumentException("column '%s' does not hold numbers".formatted(name));
  }

  /** Collects rows, and the first thing that is wrong with them. */
  private static final class Reading {
    private final CsvFile file;
    private final Columns choice;
    private final MissingValues missing;
    private final List<String> names;
    private final int[] positions;
    private final Column.Collector[] collectors;
    private final BitSet skipped = new BitSet();
    private int[] lines = new int[256];
    private int rows;
    private int rowsOfFile;
    private @Nullable String firstMissing; // where
    private long missingCells;

    Reading(CsvFile file, Columns choice, MissingValues missing) {
      this.file = file;
      this.choice = choice;
      this.missing = missing;
      names = choice.all();
      positions = new int[names.size()];
      collectors = new Column.Collector[names.size()];
      List<String> header = file.header();
      for (int i = 0; i < collectors.length; i++) {
        String name = names.get(i);
        positions[i] = header.indexOf(name);
        if (positions[i] < 0) {
          throw new JobException(
              "%s has no column '%s'".formatted(file.name(), name),
              "The model needs the columns " + String.join(", ", names));
        }
        collectors[i] =
            choice.categorical().contains(name)
                ? new Column.CategoryCollector(name)
                : new Column.NumberCollector(name);
      }
    }

    void row(long line, List<String> fields) {
      boolean complete = true;
      for (int i = 0; i < collectors.length; i++) {
        String cell = fields.get(positions[i]);
        if (MissingValues.isMissing(cell)) {
          complete = false;
          noteMissing(line, names.get(i));
        } else if (complete && !collectors[i].add(cell)) {
          throw notANumber(line, names.get(i), cell);
        }
      }
      if (complete) {
        if (rows == lines.length) {
          lines = Arrays.copyOf(lines, rows * 2);
        }
        lines[rows++] = Math.toIntExact(line);
      } else {
        skipped.set(rowsOfFile);
        for (Column.Collector collector : collectors) {
          collector.truncate(rows);
        }
      }
      rowsOfFile++;
    }

    private void noteMissing(long line, String column) {
      missingCells++;
      if (firstMissing == null) {
        firstMissing = "%s, line %d, column '%s': no value".formatted(file.name(), line, column);
      }
    }

    private JobException notANumber(long line, String column, String cell) {
      String shown = cell.length() > 40 ? cell.substring(0, 40) + "..." : cell;
      return new JobException(
          "%s, line %d, column '%s': '%s' is not a finite number"
              .formatted(file.name(), line, column, shown),
          remedyForText(column));
    }

    private String remedyForText(String column) {
      if (choice.fixedByModel()) {
        return "Correct it; the model was trained on numbers in this column";
      }
      if (column.equals(choice.target())) {
        return "Correct it, or choose a numeric --target";
      }
      return "Correct it, or declare the column with --categorical %s, or leave it out with --exclude %s"
          .formatted(column, column);
    }

    Table table() {
      if (firstMissing != null && missing == MissingValues.FAIL) {
        String others = missingCells == 1 ? "" : " (%d values are missing)".formatted(missingCells);
        throw new JobException(
            firstMissing + others, "Fill it in, or leave such rows out with --missing skip");
      }
      if (rows == 0) {
        throw new JobException(
            rowsOfFile == 0
                ? "%s has a header but no rows".formatted(file.name())
                : "in each of the %d rows of %s a value is missing"
                    .formatted(rowsOfFile, file.name()),
            rowsOfFile == 0
                ? "Add rows below the header"
                : "Leave the column that is often empty out with --exclude");
      }
      Map<String, Column> columns = new LinkedHashMap<>();
      for (Column.Collector collector : collectors) {
        Column column = collector.column();
        columns.put(column.name(), column);
      }
      return new Table(file, columns, Arrays.copyOf(lines, rows), skipped);
    }
  }
}
