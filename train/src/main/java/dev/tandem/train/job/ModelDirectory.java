package dev.tandem.train.job;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.tandem.Generator;
import dev.tandem.io.Safetensors;
import dev.tandem.nn.Layer;
import dev.tandem.train.data.JobException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of a trained model, written and read. */
public final class ModelDirectory {

  private static final String WEIGHTS = "model.safetensors";
  private static final String DESCRIPTION = "model.json";
  private static final String METRICS = "metrics.csv";
  private static final String CHART = "loss.png";

  /** The names of all files. */
  public static final Set<String> FILES = Set.of(WEIGHTS, DESCRIPTION, METRICS, CHART);

  private ModelDirectory() {}

  /** Loads in the background what {@link #write} will need, while the model is being trained. */
  public static void prepareToWrite() {
    Thread.ofPlatform().daemon().name("chart-warm-up").start(LossChart::warmUp);
  }

  /**
   * Writes all files.
   *
   * @param directory an empty one
   * @return a warning if the chart could not be drawn; a JDK without fonts cannot
   * @throws JobException if a file cannot be written
   */
  public static Optional<String> write(
      Path directory, TrainedModel model, List<EpochReport> history) {
    try {
      Safetensors.save(directory.resolve(WEIGHTS), model.network().stateDict());
      Files.writeString(
          directory.resolve(DESCRIPTION),
          JSON.std
                  .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
                  .asString(model.description().toTree())
              + "\n");
      MetricsFile.write(directory.resolve(METRICS), history);
      return drawChart(directory, model, history);
    } catch (IOException e) {
      throw new JobException(
          "the model cannot be written: " + e, "Choose another directory with --out", e);
    }
  }

  /** AWT answers a machine without fonts with errors, not exceptions, of several kinds. */
  private static Optional<String> drawChart(
      Path directory, TrainedModel model, List<EpochReport> history) throws IOException {
    try {
      LossChart.write(directory.resolve(CHART), history, model.encoding().target().column());
      return Optional.empty();
    } catch (RuntimeException | LinkageError | InternalError e) {
      Files.deleteIfExists(directory.resolve(CHART));
      return Optional.of(
          "%s was not drawn: %s. Install fontconfig and a font (Debian: fontconfig fonts-dejavu-core)."
              .formatted(CHART, e));
    }
  }

  /**
   * Reads a model to use it on the current backend.
   *
   * @throws JobException if a file is missing, damaged, or does not fit the other
   */
  public static TrainedModel read(Path directory) {
    ModelDescription description = readDescription(directory);
    Layer network = description.architecture().build(Generator.seeded(0));
    Path weights = directory.resolve(WEIGHTS);
    try {
      network.loadStateDict(Safetensors.load(weights));
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException(
          "%s cannot be used: %s".formatted(weights, e.getMessage()), "Train the model again", e);
    }
    return new TrainedModel(description, network);
  }

  private static ModelDescription readDescription(Path directory) {
    Path file = directory.resolve(DESCRIPTION);
    if (!Files.exists(file)) {
      throw new JobException(
          "%s holds no model: there is no %s".formatted(directory, DESCRIPTION),
          "Name a directory that tandem train has saved");
    }
    try {
      Map<String, Object> tree = JSON.std.mapFrom(Files.readString(file, StandardCharsets.UTF_8));
      return ModelDescription.fromTree(new JsonFields(file.toString(), "", tree));
    } catch (IOException e) {
      throw new JobException(
          "%s cannot be read: %s"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          "The file was changed or damaged; train the model again",
          e);
    }
  }
}
