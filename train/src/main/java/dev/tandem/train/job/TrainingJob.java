package dev.tandem.train.job;

import dev.tandem.Generator;
import dev.tandem.backend.Backend;
import dev.tandem.nn.Layer;
import dev.tandem.train.data.ColumnEncoder.Standardise;
import dev.tandem.train.data.Columns;
import dev.tandem.train.data.CsvFile;
import dev.tandem.train.data.FeatureEncoding;
import dev.tandem.train.data.JobException;
import dev.tandem.train.data.MissingValues;
import dev.tandem.train.data.RowSplit;
import dev.tandem.train.data.Samples;
import dev.tandem.train.data.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From a CSV file to a trained and measured model: the steps of one training job in order. */
public final class TrainingJob {

  private final Data data;
  private final Architecture architecture;
  private final TrainingSettings settings;

  /**
   * Rows ready to be trained on.
   *
   * @param encoding learnt from the training rows
   * @param training rows to train on
   * @param validation rows to judge by; possibly none
   * @param truth the target of every row of the table, in its own units
   * @param description of file and rows, a line for the user
   */
  public record Data(
      FeatureEncoding encoding,
      Samples training,
      Samples validation,
      double[] truth,
      String description) {

    /**
     * Reads and encodes a file.
     *
     * @param heldOut share of the rows to judge by
     * @throws JobException if the file has rows that cannot be used
     */
    public static Data read(
        CsvFile file, Columns columns, MissingValues missing, double heldOut, long seed) {
      String target = Objects.requireNonNull(columns.target());
      Table table = Table.read(file, columns, missing);
      RowSplit split = RowSplit.of(table.rows(), heldOut, seed);
      FeatureEncoding encoding =
          FeatureEncoding.fit(table, columns.features(), target, split.training());
      float[] features = encoding.encode(table);
      double[] truth = table.numbers(target);
      float[] targets = new float[truth.length];
      for (int row = 0; row < targets.length; row++) {
        targets[row] = (float) encoding.target().standardised(truth[row]);
      }
      return new Data(
          encoding,
          new Samples(features, encoding.width(), targets, split.training()),
          new Samples(features, encoding.width(), targets, split.validation()),
          truth,
          description(table, columns, split));
    }

    private static String description(Table table, Columns columns, RowSplit split) {
      String leftOut =
          table.skippedRows() == 0
              ? ""
              : ", %d left out for a missing value".formatted(table.skippedRows());
      return "%s: %d rows (%d to train on, %d held out%s), %d columns to predict %s"
          .formatted(
              table.file().name(),
              table.rows(),
              split.training().length,
              split.validation().length,
              leftOut,
              columns.features().size(),
              columns.target());
    }

    /** Features in a row. */
    public int width() {
      return encoding.width();
    }
  }

  /**
   * What came of it.
   *
   * @param model with the best parameters
   * @param history of every epoch
   * @param summary for the user, several lines
   */
  public record Outcome(TrainedModel model, List<EpochReport> history, String summary) {}

  public TrainingJob(Data data, Architecture architecture, TrainingSettings settings) {
    this.data = data;
    this.architecture = architecture;
    this.settings = settings;
  }

  /** What is about to be done, in two lines for the user. */
  public String introduction(Backend backend) {
    return "%s%n%s, %d parameters, %s at %s, on %s (%s)"
        .formatted(
            data.description(),
            architecture,
            architecture.parameters(),
            settings.optimizer(),
            settings.learningRate(),
            backend.name(),
            backend.device().name());
  }

  /**
   * Trains on the current backend.
   *
   * @param versions what computes, for the description of the model
   * @throws JobException if training diverges
   */
  public Outcome run(Map<String, String> versions, Progress progress) {
    Layer network = architecture.build(Generator.seeded(settings.seed()));
    Standardise target = data.encoding().target();
    Trainer trainer = new Trainer(network, settings, target.deviation() * target.deviation());
    Trainer.Run run = trainer.run(data.training(), data.validation(), progress);

    TrainedModel model =
        new TrainedModel(new ModelDescription(data.encoding(), architecture, Map.of()), network);
    Metrics training = measure(model, data.training());
    @Nullable Metrics validation =
        data.validation().size() == 0 ? null : measure(model, data.validation());
    ModelDescription description =
        new ModelDescription(
            data.encoding(), architecture, facts(run, versions, training, validation));
    return new Outcome(
        new TrainedModel(description, network), run.history(), summary(run, training, validation));
  }

  private Metrics measure(TrainedModel model, Samples samples) {
    double[] truth = new double[samples.size()];
    for (int row = 0; row < truth.length; row++) {
      truth[row] = data.truth()[samples.rows()[row]];
    }
    return Metrics.of(model.predict(samples), truth);
  }

  private String summary(Trainer.Run run, Metrics training, @Nullable Metrics validation) {
    String end =
        run.stoppedEarly()
            ? "stopped after epoch %d: no better validation loss for %d epochs; kept epoch %d%n"
                .formatted(run.history().size(), settings.patience(), run.bestEpoch())
            : "trained for %d epochs; kept epoch %d%n"
                .formatted(run.history().size(), run.bestEpoch());
    return end
        + (validation == null
            ? MetricsTable.of("training", training)
            : MetricsTable.of("training", training, "validation", validation));
  }

  private Map<String, Object> facts(
      Trainer.Run run,
      Map<String, String> versions,
      Metrics training,
      @Nullable Metrics validation) {
    Map<String, Object> settingsTree = new LinkedHashMap<>();
    settingsTree.put("seed", settings.seed());
    settingsTree.put("optimizer", settings.optimizer().toString());
    settingsTree.put("learningRate", settings.learningRate());
    settingsTree.put("epochs", settings.epochs());
    settingsTree.put("batchSize", settings.batchSize());
    settingsTree.put("patience", settings.patience());
    settingsTree.put("epochsRun", run.history().size());
    settingsTree.put("bestEpoch", run.bestEpoch());
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("training", tree(training));
    if (validation != null) {
      metrics.put("validation", tree(validation));
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("training", settingsTree);
    facts.put("metrics", metrics);
    facts.put("versions", versions);
    return facts;
  }

  private static Map<String, Object> tree(Metrics metrics) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("rows", metrics.rows());
    tree.put("mse", metrics.mse());
    tree.put("rmse", metrics.rmse());
    tree.put("mae", metrics.mae());
    tree.put("r2", Double.isNaN(metrics.r2()) ? null : metrics.r2());
    return tree;
  }
}
