package dev.tandem.train.job;

import dev.tandem.train.data.ColumnEncoder;
import dev.tandem.train.data.ColumnEncoder.OneHot;
import dev.tandem.train.data.ColumnEncoder.Standardise;
import dev.tandem.train.data.FeatureEncoding;
import dev.tandem.train.data.JobException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code model.json} says: all that is needed, besides the weights, to use a model, and how it
 * came about.
 *
 * @param encoding columns and their scaling
 * @param architecture of the network
 * @param history further facts for the reader of the file, not needed to use the model: settings,
 *     versions, metrics; values are strings, numbers, lists and maps
 */
public record ModelDescription(
    FeatureEncoding encoding, Architecture architecture, Map<String, Object> history) {

  /** Counts changes of the file's form. */
  private static final int FORMAT = 1;

  /** The description as a tree of maps and lists, in the order of the file. */
  Map<String, Object> toTree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("format", FORMAT);
    tree.put("task", "regression");
    tree.put("target", tree(encoding.target()));
    tree.put("features", encoding.features().stream().map(ModelDescription::tree).toList());
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("model", architecture.isLinear() ? "linear" : "mlp");
    network.put("inputs", architecture.inputs());
    network.put("hidden", architecture.hidden());
    network.put("activation", architecture.activation().toString());
    network.put("outputs", 1);
    tree.put("architecture", network);
    tree.putAll(history);
    return tree;
  }

  private static Map<String, Object> tree(ColumnEncoder encoder) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("column", encoder.column());
    switch (encoder) {
      case Standardise scale -> {
        tree.put("encoding", "standardise");
        tree.put("mean", scale.mean());
        tree.put("deviation", scale.deviation());
      }
      case OneHot oneHot -> {
        tree.put("encoding", "one-hot");
        tree.put("categories", oneHot.categories());
      }
    }
    return tree;
  }

  /**
   * Reads what {@link #toTree} has written.
   *
   * @throws JobException if something is missing or does not fit
   */
  static ModelDescription fromTree(JsonFields tree) {
    int format = tree.integer("format", 0);
    if (format != FORMAT) {
      throw tree.wrong("format", "is %d, this version reads %d".formatted(format, FORMAT));
    }
    List<ColumnEncoder> features = new ArrayList<>();
    for (JsonFields feature : tree.objects("features")) {
      features.add(encoder(feature));
    }
    if (!(encoder(tree.object("target")) instanceof Standardise target)) {
      throw tree.wrong("target", "is not numeric");
    }
    FeatureEncoding encoding = new FeatureEncoding(features, target);

    JsonFields network = tree.object("architecture");
    String name = network.text("activation");
    Activation activation =
        Activation.named(name)
            .orElseThrow(() -> network.wrong("activation", "names an unknown '" + name + "'"));
    Architecture architecture =
        new Architecture(network.integer("inputs", 1), network.integers("hidden", 1), activation);
    if (architecture.inputs() != encoding.width()) {
      throw network.wrong(
          "inputs",
          "is %d, but the columns make %d features"
              .formatted(architecture.inputs(), encoding.width()));
    }
    return new ModelDescription(encoding, architecture, Map.of());
  }

  private static ColumnEncoder encoder(JsonFields fields) {
    String encoding = fields.text("encoding");
    return switch (encoding) {
      case "standardise" -> {
        double deviation = fields.number("deviation");
        if (!(deviation > 0)) {
          throw fields.wrong("deviation", "is not above 0");
        }
        yield new Standardise(fields.text("column"), fields.number("mean"), deviation);
      }
      case "one-hot" -> new OneHot(fields.text("column"), fields.texts("categories"));
      default -> throw fields.wrong("encoding", "names an unknown '" + encoding + "'");
    };
  }
}
