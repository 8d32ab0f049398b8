package dev.tandem.train.job;

import java.io.PrintStream;
import java.util.Locale;

/** Progress for logs and files: a plain line for about every tenth of the run. */
public final class LineProgress implements Progress {

  private static final int LINES = 10;
  private static final long LONGEST_SILENCE_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final int epochs;
  private long lastLine = System.nanoTime();

  /**
   * @param out where the lines go
   * @param epochs how many there will be at most
   */
  public LineProgress(PrintStream out, int epochs) {
    this.out = out;
    this.epochs = epochs;
  }

  @Override
  public void epoch(EpochReport report) {
    int every = Math.max(1, epochs / LINES);
    long now = System.nanoTime();
    boolean due = report.epoch() == 1 || report.epoch() % every == 0 || report.epoch() == epochs;
    if (due || now - lastLine > LONGEST_SILENCE_NANOS) {
      lastLine = now;
      out.println("epoch %d/%d  %s".formatted(report.epoch(), epochs, text(report)));
    }
  }

  /** The losses and the speed, for a line or a bar. */
  static String text(EpochReport report) {
    return report.hasValidation()
        ? String.format(
            Locale.ROOT,
            "loss %.6g  validation %.6g  %,.0f rows/s",
            report.trainingMse(),
            report.validationMse(),
            report.rowsPerSecond())
        : String.format(
            Locale.ROOT, "loss %.6g  %,.0f rows/s", report.trainingMse(), report.rowsPerSecond());
  }
}
