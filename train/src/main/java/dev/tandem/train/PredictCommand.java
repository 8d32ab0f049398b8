package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.train.data.PredictionFile;
import dev.tandem.train.data.Table;
import dev.tandem.train.job.ModelDirectory;
import dev.tandem.train.job.TrainedModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies a saved model to new rows. */
@Command(
    name = "predict",
    description = {
      "Applies a saved model to the rows of a CSV file.",
      "Writes the file's own columns and the prediction behind them."
    })
final class PredictCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(index = "0", paramLabel = "DIR", description = "What train has saved.")
  private Path directory = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "A CSV file with the feature columns of the training data.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.csv",
      description = "Where to write. Default: the standard output.")
  private @Nullable Path output;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      defaultValue = "prediction",
      description = "Name of the new column. Default: ${DEFAULT-VALUE}.")
  private String column = "prediction";

  @Mixin private BackendChoice backend = new BackendChoice();
  @Mixin private CsvOptions csv = new CsvOptions();

  PredictCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    try (Backend engine = backend.open()) {
      Backends.with(engine, this::predict);
    }
    return Cli.OK;
  }

  private void predict() {
    TrainedModel model = ModelDirectory.read(directory);
    Table table = Table.read(csv.file(file), model.encoding().columns(false), csv.missing());
    PredictionFile predictions = new PredictionFile(table, column, model.predict(table));
    if (table.skippedRows() > 0) {
      streams.err().println(CsvOptions.skippedNote(table));
    }
    if (output == null) {
      predictions.write(streams.out());
    } else {
      predictions.write(output);
      streams.err().printf("wrote %d predictions to %s%n", table.rows(), output);
    }
  }
}
