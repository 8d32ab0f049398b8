package dev.tandem.train.job;

import java.util.Locale;

/** Metrics for a person to read: a line for each set of rows, in columns. */
public final class MetricsTable {

  private final StringBuilder text = new StringBuilder();
  private final int nameWidth;

  private MetricsTable(int nameWidth) {
    this.nameWidth = Math.max(nameWidth, 4);
    text.append(
        String.format(
            "%-" + this.nameWidth + "s %10s %13s %13s %13s %9s%n",
            "",
            "rows",
            "MSE",
            "RMSE",
            "MAE",
            "R2"));
  }

  /** A table of one line. */
  public static String of(String name, Metrics metrics) {
    MetricsTable table = new MetricsTable(name.length());
    table.add(name, metrics);
    return table.text.toString();
  }

  /** A table of two lines. */
  public static String of(String firstName, Metrics first, String secondName, Metrics second) {
    MetricsTable table = new MetricsTable(Math.max(firstName.length(), secondName.length()));
    table.add(firstName, first);
    table.add(secondName, second);
    return table.text.toString();
  }

  private void add(String name, Metrics metrics) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + nameWidth + "s %10d %13s %13s %13s %9s%n",
            name,
            metrics.rows(),
            number(metrics.mse()),
            number(metrics.rmse()),
            number(metrics.mae()),
            Double.isNaN(metrics.r2()) ? "-" : String.format(Locale.ROOT, "%.5f", metrics.r2())));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.7g", value);
  }
}
