package dev.tandem.train.job;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code metrics.csv}: a row for each epoch. Holds no times, so that the same seed gives the same
 * file.
 */
final class MetricsFile {

  private MetricsFile() {}

  /**
   * Writes the losses, in the target's units squared; the validation column is empty without one.
   */
  static void write(Path file, List<EpochReport> history) throws IOException {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      csv.writeRecord("epoch", "learning_rate", "training_mse", "validation_mse");
      for (EpochReport report : history) {
        csv.writeRecord(
            Integer.toString(report.epoch()),
            Double.toString(report.learningRate()),
            Double.toString(report.trainingMse()),
            report.hasValidation() ? Double.toString(report.validationMse()) : "");
      }
    }
  }
}
