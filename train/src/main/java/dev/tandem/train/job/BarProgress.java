package dev.tandem.train.job;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress for a person at a terminal: one line that is drawn over itself. */
public final class BarProgress implements Progress {

  private final PrintStream out;
  private final ProgressBar bar;

  /**
   * @param out the terminal
   * @param epochs how many there will be at most
   * @param width of the terminal, in characters
   */
  public BarProgress(PrintStream out, int epochs, int width) {
    this.out = out;
    // the consumer of our own keeps the library from asking the terminal for its width, which loads
    // native code and costs a quarter of a second
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("epoch")
            .setInitialMax(epochs)
            .hideEta()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .setConsumer(new DelegatingProgressBarConsumer(this::draw, width - 1))
            .build();
  }

  private void draw(String line) {
    out.print('\r' + line);
    out.flush();
  }

  @Override
  public void epoch(EpochReport report) {
    bar.setExtraMessage(" " + text(report));
    bar.stepTo(report.epoch());
  }

  /** Short, since what exceeds the line is cut. */
  private static String text(EpochReport report) {
    String validation =
        report.hasValidation() ? String.format(Locale.ROOT, "/%.5g", report.validationMse()) : "";
    return String.format(
        Locale.ROOT,
        "loss %.5g%s %.3g rows/s",
        report.trainingMse(),
        validation,
        report.rowsPerSecond());
  }

  @Override
  public void close() {
    bar.close();
    out.println();
  }
}
