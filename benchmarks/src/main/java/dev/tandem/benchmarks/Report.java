package dev.tandem.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.RunResult;

/**
 * Figures as a table for people and as JSON for programs.
 *
 * @param machine facts by name
 * @param command what made the figures
 * @param figures in the order in which they were measured
 */
record Report(Map<String, String> machine, String command, List<Figure> figures) {

  /** A column of the table; an optional one is left out where it would be empty. */
  private record Column(
      String heading, boolean number, boolean optional, Function<Figure, String> text) {

    static Column words(String heading, Function<Figure, String> text) {
      return new Column(heading, false, false, text);
    }

    static Column numbers(String heading, Function<Figure, String> text) {
      return new Column(heading, true, false, text);
    }

    static Column times(String heading, ToDoubleFunction<Figure.Device> seconds) {
      return new Column(
          heading, true, true, figure -> time(seconds.applyAsDouble(figure.device())));
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          Column.words("benchmark", Figure::benchmark),
          Column.words("case", figure -> String.join(" ", figure.parameters().values())),
          Column.words("backend", Figure::backend),
          Column.words("threads", Figure::threads),
          Column.numbers("time", figure -> time(figure.seconds())),
          Column.numbers("slowest", figure -> time(figure.slowest())),
          Column.numbers("speed", figure -> number(figure.speed(), " " + figure.unit())),
          Column.numbers("limit", figure -> number(figure.limit(), " " + figure.unit())),
          Column.numbers("share", figure -> number(figure.share() * 100, " %")),
          Column.times("kernels", Figure.Device::kernels),
          Column.times("transfers", Figure.Device::transfers),
          Column.times("first call", Figure.Device::firstCall),
          Column.numbers("B/op", figure -> bytes(figure.bytesPerOperation())));

  static Report of(Collection<RunResult> results, String command) {
    return new Report(Machine.describe(), command, results.stream().map(Figure::of).toList());
  }

  private List<Column> columns() {
    return COLUMNS.stream()
        .filter(column ->
            !column.optional()
                || figures.stream().anyMatch(figure -> !column.text().apply(figure).isEmpty()))
        .toList();
  }

  /** The table in columns of even width. */
  String text() {
    List<Column> columns = columns();
    List<List<String>> rows = rows(columns);
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(it -> it.get(at).length()).max().orElse(0);
        String format = columns.get(column).number() ? "%" : "%-";
        text.append((format + width + "s  ").formatted(row.get(column)));
      }
      text.setLength(text.toString().stripTrailing().length());
      text.append('\n');
    }
    return text.toString();
  }

  /** The table and what is needed to repeat it, as Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("    ").append(command).append("\n\n");
    machine.forEach((name, value) -> text.append("- %s: %s\n".formatted(name, value)));
    text.append('\n');
    List<Column> columns = columns();
    List<List<String>> rows = rows(columns);
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
      if (i == 0) {
        columns.forEach(column -> text.append(column.number() ? "|---:" : "|---"));
        text.append("|\n");
      }
    }
    return text.toString();
  }

  /** The headings, then a row for each figure. */
  private List<List<String>> rows(List<Column> columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::heading).toList());
    for (Figure figure : figures) {
      rows.add(columns.stream().map(column -> column.text().apply(figure)).toList());
    }
    return rows;
  }

  private static String bytes(double count) {
    return Double.isNaN(count) ? "" : "%d".formatted(Math.round(count));
  }

  /** Three digits and the unit that suits them. */
  static String time(double seconds) {
    if (seconds < 1e-6) {
      return number(seconds * 1e9, " ns");
    }
    if (seconds < 1e-3) {
      return number(seconds * 1e6, " us");
    }
    return seconds < 1 ? number(seconds * 1e3, " ms") : number(seconds, " s");
  }

  private static String number(double value, String unit) {
    if (Double.isNaN(value)) {
      return "";
    }
    String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value) + unit;
  }

  /** Everything, for programs. */
  String json() {
    StringBuilder text = new StringBuilder("{\n  \"command\": " + quoted(command) + ",\n");
    text.append("  \"machine\": ").append(object(machine)).append(",\n  \"figures\": [");
    String separator = "\n    ";
    for (Figure figure : figures) {
      text.append(separator).append(json(figure));
      separator = ",\n    ";
    }
    return text.append("\n  ]\n}\n").toString();
  }

  private static String json(Figure figure) {
    return """
    {"benchmark": %s, "parameters": %s, "backend": %s, "threads": %s, "seconds": %s, \
    "slowest": %s, "speed": %s, "limit": %s, "unit": %s, "bytesPerOperation": %s, \
    "kernels": %s, "transfers": %s, "firstCall": %s}\
    """
        .formatted(
            quoted(figure.benchmark()),
            object(figure.parameters()),
            quoted(figure.backend()),
            quoted(figure.threads()),
            numeric(figure.seconds()),
            numeric(figure.slowest()),
            numeric(figure.speed()),
            numeric(figure.limit()),
            quoted(figure.unit()),
            numeric(figure.bytesPerOperation()),
            numeric(figure.device().kernels()),
            numeric(figure.device().transfers()),
            numeric(figure.device().firstCall()));
  }

  private static String object(Map<String, String> values) {
    List<String> members = new ArrayList<>();
    values.forEach((name, value) -> members.add(quoted(name) + ": " + quoted(value)));
    return "{" + String.join(", ", members) + "}";
  }

  private static String numeric(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "null";
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** Writes Markdown to a file that ends in {@code .md}, JSON to any other. */
  void write(Path file) throws IOException {
    Files.writeString(file, file.toString().endsWith(".md") ? markdown() : json());
  }
}
