package dev.tandem.train.job;

import dev.tandem.Tensor;
import dev.tandem.nn.Layer;
import dev.tandem.train.data.Samples;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a network over all rows of some samples. The rows are given to the backend once and stay
 * there, so that asking again after every epoch costs a forward pass only.
 */
final class Predictor {

  private static final int ROWS_AT_ONCE = 8192;

  private final Samples samples;
  private final List<Tensor> chunks = new ArrayList<>(); // each [rows, width]

  Predictor(Samples samples) {
    this.samples = samples;
    for (int from = 0; from < samples.size(); from += ROWS_AT_ONCE) {
      int to = Math.min(samples.size(), from + ROWS_AT_ONCE);
      chunks.add(chunk(from, to));
    }
  }

  private Tensor chunk(int from, int to) {
    float[] features = new float[(to - from) * samples.width()];
    for (int row = from; row < to; row++) {
      samples.copyFeatures(row, features, row - from);
    }
    return Tensor.of(MemorySegment.ofArray(features), to - from, samples.width());
  }

  /** The network's outputs, standardised, one for each row. */
  float[] predict(Layer model) {
    float[] predictions = new float[samples.size()];
    int row = 0;
    for (Tensor chunk : chunks) {
      float[] outputs = model.forward(chunk).toArray();
      System.arraycopy(outputs, 0, predictions, row, outputs.length);
      row += outputs.length;
    }
    return predictions;
  }

  /** Mean of the squared errors, standardised. */
  double loss(Layer model) {
    float[] predictions = predict(model);
    double squares = 0;
    for (int row = 0; row < predictions.length; row++) {
      double error = (double) predictions[row] - samples.target(row);
      squares += error * error;
    }
    return squares / predictions.length;
  }
}
