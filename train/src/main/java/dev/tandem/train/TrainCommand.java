package dev.tandem.train;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import dev.tandem.train.data.Columns;
import dev.tandem.train.data.CsvFile;
import dev.tandem.train.data.UsageException;
import dev.tandem.train.job.BarProgress;
import dev.tandem.train.job.LineProgress;
import dev.tandem.train.job.ModelDirectory;
import dev.tandem.train.job.OutputDirectory;
import dev.tandem.train.job.Progress;
import dev.tandem.train.job.TrainingJob;
import dev.tandem.train.job.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model on a CSV file and saves it. */
@Command(name = "train", description = "Trains a model on a CSV file and saves it.")
final class TrainCommand implements Callable<Integer> {

  /** How progress is shown. */
  enum ProgressKind {
    AUTO,
    BAR,
    LINES,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Streams streams;

  @Parameters(paramLabel = "FILE", description = "A CSV file with a header.")
  private Path file = Path.of("");

  @Mixin private ColumnOptions columns = new ColumnOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description =
          "Share of the rows to hold out and judge by, from 0 to below 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double validation;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to save the model. Default: runs/NAME-OF-FILE.")
  private @Nullable Path out;

  @Mixin private BackendChoice backend = new BackendChoice();
  @Mixin private CsvOptions csv = new CsvOptions();

  @Option(
      names = "--progress",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "bar, lines or off. Default: auto, a bar on a terminal and lines elsewhere.")
  private ProgressKind progress = ProgressKind.AUTO;

  TrainCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    network.check();
    ModelDirectory.prepareToWrite();
    if (!(validation >= 0 && validation < 1)) {
      throw new UsageException(
          "--validation is " + validation, "Give a share from 0 to below 1, such as 0.2");
    }
    CsvFile csvFile = csv.file(file);
    Columns chosen = columns.choice().in(csvFile);
    Path directory = out == null ? usualDirectory(csvFile) : out;
    try (Backend engine = backend.open()) {
      Backends.with(engine, () -> train(csvFile, chosen, directory, engine));
    }
    streams.out().println("saved in " + directory);
    return Cli.OK;
  }

  private void train(CsvFile csvFile, Columns chosen, Path directory, Backend engine) {
    TrainingSettings settings = network.settings();
    TrainingJob.Data data =
        TrainingJob.Data.read(csvFile, chosen, csv.missing(), validation, settings.seed());
    TrainingJob job = new TrainingJob(data, network.architecture(data.width()), settings);
    try (OutputDirectory output = OutputDirectory.prepare(directory, ModelDirectory.FILES)) {
      streams.out().println(job.introduction(engine));
      TrainingJob.Outcome outcome;
      try (Progress reporter = progress(settings.epochs())) {
        outcome = job.run(versions(engine), reporter);
      }
      streams.out().print(outcome.summary());
      ModelDirectory.write(output.staging(), outcome.model(), outcome.history())
          .ifPresent(warning -> streams.err().println("tandem: " + warning));
      output.commit();
    }
  }

  private static Map<String, String> versions(Backend engine) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("tandem", Version.tandem());
    versions.put("java", System.getProperty("java.version"));
    versions.put("backend", engine.name());
    return versions;
  }

  private static Path usualDirectory(CsvFile file) {
    String name = file.name();
    int dot = name.lastIndexOf('.');
    return Path.of("runs", dot > 0 ? name.substring(0, dot) : name);
  }

  private Progress progress(int epochs) {
    ProgressKind kind =
        progress != ProgressKind.AUTO
            ? progress
            : streams.terminal().getAsBoolean() ? ProgressKind.BAR : ProgressKind.LINES;
    return switch (kind) {
      case BAR -> new BarProgress(streams.err(), epochs, streams.width());
      case LINES -> new LineProgress(streams.err(), epochs);
      case OFF, AUTO -> Progress.NONE;
    };
  }
}
