package dev.tandem.train;

import dev.tandem.train.data.ColumnChoice;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that choose columns. */
final class ColumnOptions {

  @Option(
      names = "--target",
      required = true,
      paramLabel = "COLUMN",
      description = "The numeric column to predict.")
  private String target = "";

  @Option(
      names = "--features",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "COLUMN,...",
      description = "Columns to predict from. Default: all others.")
  private List<String> features = List.of();

  @Option(
      names = "--exclude",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "COLUMN,...",
      description = "Columns to leave out.")
  private List<String> excluded = List.of();

  @Option(
      names = "--categorical",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "COLUMN,...",
      description = "Features that hold categories instead of numbers; they are one-hot encoded.")
  private List<String> categorical = List.of();

  ColumnChoice choice() {
    return new ColumnChoice(target, features, excluded, categorical);
  }
}
