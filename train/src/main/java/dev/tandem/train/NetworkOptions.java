package dev.tandem.train;

import dev.tandem.train.data.UsageException;
import dev.tandem.train.job.Activation;
import dev.tandem.train.job.Architecture;
import dev.tandem.train.job.OptimizerKind;
import dev.tandem.train.job.TrainingSettings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that shape a network and its training. */
final class NetworkOptions {

  enum Kind {
    LINEAR,
    MLP;

    /** As written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--model",
      paramLabel = "linear|mlp",
      defaultValue = "linear",
      description = "Linear regression, or a network with hidden layers. Default: linear.")
  private Kind kind = Kind.LINEAR;

  @Option(
      names = "--hidden",
      paramLabel = "N,...",
      split = ",",
      hideParamSyntax = true,
      description = "Widths of the hidden layers of an mlp. Default: 64,32.")
  private @Nullable List<Integer> hidden;

  @Option(
      names = "--activation",
      paramLabel = "relu|tanh|sigmoid",
      description = "Between the layers of an mlp. Default: relu.")
  private @Nullable Activation activation;

  @Option(
      names = "--optimizer",
      paramLabel = "adam|sgd",
      defaultValue = "adam",
      description = "Default: adam.")
  private OptimizerKind optimizer = OptimizerKind.ADAM;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = {
        "Of the first epoch; it falls to 0 along half a cosine.",
        "Default: 0.03 for linear with adam, 0.003 for mlp with adam, 0.01 with sgd."
      })
  private @Nullable Double learningRate;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "300",
      description = "Passes over the training rows at most. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Rows in a step at most. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Epochs without a better validation loss after which training stops; 0 for never."
              + " Default: ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description =
          "Of first weights, held-out rows and order; the same seed gives the same model. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  /** The settings of training. */
  TrainingSettings settings() {
    checkPositive("--epochs", epochs);
    checkPositive("--batch-size", batchSize);
    if (patience < 0) {
      throw new UsageException(
          "--patience is " + patience, "Give a number above 0, or 0 to train for all epochs");
    }
    double rate = learningRate == null ? usualLearningRate() : learningRate;
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new UsageException("--learning-rate is " + rate, "Give a number above 0, such as 0.01");
    }
    return new TrainingSettings(optimizer, rate, epochs, batchSize, patience, seed);
  }

  private double usualLearningRate() {
    return switch (optimizer) {
      case ADAM -> kind == Kind.LINEAR ? 0.03 : 0.003;
      case SGD -> 0.01;
    };
  }

  /** The network for a number of features. */
  Architecture architecture(int inputs) {
    if (kind == Kind.LINEAR) {
      if (hidden != null || activation != null) {
        throw new UsageException(
            "%s has no meaning for a linear model"
                .formatted(hidden != null ? "--hidden" : "--activation"),
            "Leave it out, or say --model mlp");
      }
      return Architecture.linear(inputs);
    }
    List<Integer> widths = hidden == null ? List.of(64, 32) : hidden;
    widths.forEach(width -> checkPositive("--hidden", width));
    return new Architecture(inputs, widths, activation == null ? Activation.RELU : activation);
  }

  /** Finds what is wrong before the data is read. */
  void check() {
    settings();
    architecture(1);
  }

  private static void checkPositive(String option, int value) {
    if (value <= 0) {
      throw new UsageException("%s is %d".formatted(option, value), "Give a number above 0");
    }
  }
}
