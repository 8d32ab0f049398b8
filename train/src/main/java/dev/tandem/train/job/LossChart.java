package dev.tandem.train.job;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The course of a training run as a picture: mean squared error over epochs. Not for data. */
final class LossChart {

  private static final int WIDTH_PIXELS = 900;
  private static final int HEIGHT_PIXELS = 540;

  private LossChart() {}

  /**
   * Draws the losses as a PNG; the axis is logarithmic if they span a factor of ten.
   *
   * @param history at least one epoch
   */
  static void write(Path file, List<EpochReport> history, String targetName) throws IOException {
    Files.write(file, draw(history, "Learning to predict " + targetName));
  }

  /**
   * Draws a chart for nobody. Java's graphics take half a second to start; a thread that has
   * nothing else to do can spend it before the chart is wanted.
   */
  static void warmUp() {
    try {
      draw(List.of(new EpochReport(1, 1, 1, 1, 1), new EpochReport(2, 1, 2, 2, 1)), "");
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      // the chart itself will meet the same, and then it is reported
    }
  }

  private static byte[] draw(List<EpochReport> history, String title) throws IOException {
    double[] epochs = history.stream().mapToDouble(EpochReport::epoch).toArray();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle("mean squared error")
            .build();
    XYStyler styler = chart.getStyler();
    styler.setLegendPosition(LegendPosition.InsideNE);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setXAxisMin(0.0);
    styler.setYAxisLogarithmic(spansADecade(history));
    chart
        .addSeries(
            "training", epochs, history.stream().mapToDouble(EpochReport::trainingMse).toArray())
        .setMarker(SeriesMarkers.NONE);
    if (history.getFirst().hasValidation()) {
      chart
          .addSeries(
              "validation",
              epochs,
              history.stream().mapToDouble(EpochReport::validationMse).toArray())
          .setMarker(SeriesMarkers.NONE);
    }
    return ChartEncoder.getBytes(chart, "png");
  }

  /** Whether a logarithmic axis is possible and would have a label or two. */
  private static boolean spansADecade(List<EpochReport> history) {
    double least =
        history.stream()
            .mapToDouble(report ->
                report.hasValidation()
                    ? Math.min(report.trainingMse(), report.validationMse())
                    : report.trainingMse())
            .min()
            .orElse(0);
    double most = history.stream().mapToDouble(EpochReport::trainingMse).max().orElse(0);
    return least > 0 && most >= 10 * least;
  }
}
