package dev.tandem.train.data;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a file that a job reads.
 *
 * @param features inputs of the model, in its order
 * @param categorical those of the features that hold categories instead of numbers
 * @param target the column to predict; null where it need not be there
 * @param fixedByModel whether a trained model asks for them, so that the user has no choice left
 */
public record Columns(
    List<String> features, Set<String> categorical, @Nullable String target, boolean fixedByModel) {
  public Columns {
    features = List.copyOf(features);
    categorical = Set.copyOf(categorical);
  }

  /** The features, and the target behind them where there is one. */
  List<String> all() {
    Set<String> all = new LinkedHashSet<>(features);
    if (target != null) {
      all.add(target);
    }
    return new ArrayList<>(all);
  }
}
