package dev.tandem.train.job;

import dev.tandem.Tensor;
import dev.tandem.nn.Layer;
import dev.tandem.optim.Adam;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.Sgd;
import dev.tandem.train.data.JobException;
import dev.tandem.train.data.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network: epochs of shuffled batches, a learning rate that falls, and an early end when
 * the validation loss no longer gets better. Knows nothing about files.
 */
final class Trainer {

  /**
   * How a run went.
   *
   * @param history of every epoch
   * @param bestEpoch the one whose parameters the network has now
   * @param stoppedEarly whether patience ended it
   */
  record Run(List<EpochReport> history, int bestEpoch, boolean stoppedEarly) {
    Run {
      history = List.copyOf(history);
    }
  }

  // the order of rows must not follow the split, which is drawn with the seed itself
  private static final long ORDER_SEED = 0x5DEECE66DL;

  private final Layer model;
  private final TrainingSettings settings;
  private final Optimizer optimizer;
  private final double lossUnit;

  /**
   * @param lossUnit what a standardised loss of 1 is in the target's units squared
   */
  Trainer(Layer model, TrainingSettings settings, double lossUnit) {
    this.model = model;
    this.settings = settings;
    this.lossUnit = lossUnit;
    this.optimizer =
        switch (settings.optimizer()) {
          case ADAM -> new Adam(model.parameters(), settings.learningRate());
          case SGD -> new Sgd(model.parameters(), settings.learningRate());
        };
  }

  /**
   * Trains the network. Afterwards it has the parameters of the epoch with the least validation
   * loss, or those of the last where nothing was held out.
   *
   * @param validation empty if no rows were held out
   * @throws JobException if the loss stops being a number
   */
  Run run(Samples training, Samples validation, Progress progress) {
    Batches batches = new Batches(training, settings.batchSize(), settings.seed() ^ ORDER_SEED);
    @Nullable Predictor judge = validation.size() == 0 ? null : new Predictor(validation);
    List<EpochReport> history = new ArrayList<>();
    double bestLoss = Double.POSITIVE_INFINITY;
    int bestEpoch = 0;
    Map<String, Tensor> best = Map.of();
    try (TrainingPass pass = new TrainingPass(model, optimizer, batches, training.width())) {
      for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
        long start = System.nanoTime();
        optimizer.learningRate(settings.learningRate(epoch));
        double trainingLoss = checked(epoch, pass.run());
        double validationLoss = judge == null ? Double.NaN : checked(epoch, judge.loss(model));
        double seconds = (System.nanoTime() - start) * 1e-9;
        EpochReport report =
            new EpochReport(
                epoch,
                settings.learningRate(epoch),
                trainingLoss * lossUnit,
                validationLoss * lossUnit,
                training.size() / seconds);
        history.add(report);
        progress.epoch(report);
        if (judge == null) {
          bestEpoch = epoch;
        } else if (validationLoss < bestLoss) {
          bestLoss = validationLoss;
          bestEpoch = epoch;
          best.values().forEach(Tensor::close);
          best = model.stateDict();
        } else if (settings.patience() > 0 && epoch - bestEpoch >= settings.patience()) {
          break;
        }
      }
    }
    if (judge != null) {
      model.loadStateDict(best);
    }
    return new Run(history, bestEpoch, history.size() < settings.epochs());
  }

  private double checked(int epoch, double loss) {
    if (Double.isFinite(loss)) {
      return loss;
    }
    throw new JobException(
        "training diverged in epoch %d: the loss is %s".formatted(epoch, loss),
        "Try a smaller --learning-rate; it was " + settings.learningRate());
  }
}
