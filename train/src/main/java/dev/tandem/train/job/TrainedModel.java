package dev.tandem.train.job;

import dev.tandem.nn.Layer;
import dev.tandem.train.data.ColumnEncoder.Standardise;
import dev.tandem.train.data.FeatureEncoding;
import dev.tandem.train.data.JobException;
import dev.tandem.train.data.Samples;
import dev.tandem.train.data.Table;
import java.util.Arrays;

/**
 * A network together with what its numbers mean.
 *
 * @param description columns, scaling and architecture
 * @param network of that architecture, on some backend
 */
public record TrainedModel(ModelDescription description, Layer network) {

  /** How columns become features. */
  public FeatureEncoding encoding() {
    return description.encoding();
  }

  /**
   * Predicts the target of every row, in its own units.
   *
   * @param table with the feature columns
   * @throws JobException if a row cannot be encoded
   */
  public double[] predict(Table table) {
    int[] rows = new int[table.rows()];
    Arrays.setAll(rows, row -> row);
    return predict(new Samples(encoding().encode(table), encoding().width(), new float[0], rows));
  }

  /** Predicts the target of every row, in its own units. */
  double[] predict(Samples samples) {
    float[] standardised = new Predictor(samples).predict(network);
    Standardise target = encoding().target();
    double[] predictions = new double[standardised.length];
    Arrays.setAll(predictions, row -> target.restored(standardised[row]));
    return predictions;
  }
}
