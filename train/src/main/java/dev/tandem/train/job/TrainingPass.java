package dev.tandem.train.job;

import dev.tandem.nn.Layer;
import dev.tandem.optim.Optimizer;
import org.jspecify.annotations.Nullable;

/** One pass over the training rows, batch by batch, to be repeated. */
final class TrainingPass implements AutoCloseable {

  private final Batches batches;
  private final BatchStep full;
  private final @Nullable BatchStep rest; // for a last batch with fewer rows
  private boolean loaded;

  TrainingPass(Layer model, Optimizer optimizer, Batches batches, int width) {
    this.batches = batches;
    int rows = batches.rows(0);
    int rowsOfLast = batches.rows(batches.count() - 1);
    full = new BatchStep(model, optimizer, rows, width);
    rest = rowsOfLast == rows ? null : new BatchStep(model, optimizer, rowsOfLast, width);
  }

  /**
   * Takes a step for each batch.
   *
   * @return the mean loss over the rows, each before its step; the first one that is no finite
   *     number, if there is any, and then no further step is taken
   */
  double run() {
    batches.shuffle();
    double sum = 0;
    long rows = 0;
    for (int i = 0; i < batches.count(); i++) {
      BatchStep step = i == batches.count() - 1 && rest != null ? rest : full;
      if (!loaded || batches.count() > 1) { // the only batch stays where it is
        step.load(batches, i);
        loaded = true;
      }
      float loss = step.run();
      if (!Float.isFinite(loss)) {
        return loss;
      }
      sum += (double) loss * batches.rows(i);
      rows += batches.rows(i);
    }
    return sum / rows;
  }

  @Override
  public void close() {
    full.close();
    if (rest != null) {
      rest.close();
    }
  }
}
