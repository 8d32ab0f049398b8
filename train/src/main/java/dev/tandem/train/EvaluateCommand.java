package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.train.data.Table;
import dev.tandem.train.job.Metrics;
import dev.tandem.train.job.MetricsTable;
import dev.tandem.train.job.ModelDirectory;
import dev.tandem.train.job.TrainedModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares a saved model's predictions with the truth. */
@Command(
    name = "evaluate",
    description = "Compares a saved model's predictions with the target column of a CSV file.")
final class EvaluateCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(index = "0", paramLabel = "DIR", description = "What train has saved.")
  private Path directory = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "A CSV file with the columns of the training data.")
  private Path file = Path.of("");

  @Mixin private BackendChoice backend = new BackendChoice();
  @Mixin private CsvOptions csv = new CsvOptions();

  EvaluateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    try (Backend engine = backend.open()) {
      Backends.with(engine, this::evaluate);
    }
    return Cli.OK;
  }

  private void evaluate() {
    TrainedModel model = ModelDirectory.read(directory);
    Table table = Table.read(csv.file(file), model.encoding().columns(true), csv.missing());
    double[] truth = table.numbers(model.encoding().target().column());
    Metrics metrics = Metrics.of(model.predict(table), truth);
    if (table.skippedRows() > 0) {
      streams.err().println(CsvOptions.skippedNote(table));
    }
    streams.out().print(MetricsTable.of(table.file().name(), metrics));
  }
}
