package dev.tandem.state;

import dev.tandem.Backends;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes snapshots of tensors and checks a whole state before anything of it is used. It neither
 * knows whose state it is nor changes anything.
 */
public final class StateDict {

  private final Map<String, float[]> values = new LinkedHashMap<>();

  private StateDict() {}

  /** A copy of a tensor's present value, on the same backend, that nothing changes any more. */
  public static Tensor snapshot(Tensor tensor) {
    float[] values = tensor.toArray();
    int[] shape = tensor.shape().toArray();
    return Backends.with(tensor.backend(), () -> Tensor.of(values, shape));
  }

  /**
   * Reads all values of a state that has exactly the expected names and shapes.
   *
   * @param owner whose state it should be, for the message
   * @throws IllegalArgumentException if names are missing or unexpected or shapes differ, with all
   *     of them in one message
   */
  public static StateDict read(
      String owner, Map<String, Shape> expected, Map<String, ? extends Tensor> state) {
    check(owner, expected, state);
    StateDict read = new StateDict();
    state.forEach((name, tensor) -> read.values.put(name, tensor.toArray()));
    return read;
  }

  /** The values of one tensor, row-major. */
  public float[] values(String name) {
    float[] found = values.get(name);
    if (found == null) {
      throw new AssertionError("a name that was not checked: " + name);
    }
    return found;
  }

  private static void check(
      String owner, Map<String, Shape> expected, Map<String, ? extends Tensor> state) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    expected.forEach((name, shape) -> {
      Tensor tensor = state.get(name);
      if (tensor == null) {
        missing.add(name + " " + shape);
      } else if (!tensor.shape().equals(shape)) {
        misshapen.add("%s is %s here and %s there".formatted(name, shape, tensor.shape()));
      }
    });
    List<String> unexpected = new ArrayList<>();
    state.forEach((name, tensor) -> {
      if (!expected.containsKey(name)) {
        unexpected.add(name + " " + tensor.shape());
      }
    });
    List<String> faults = new ArrayList<>();
    describe("missing", missing, faults);
    describe("unexpected", unexpected, faults);
    describe("wrong shape", misshapen, faults);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "loadStateDict: this is not the state of %s: %s; nothing was changed"
              .formatted(owner, String.join("; ", faults)));
    }
  }

  private static void describe(String what, List<String> names, List<String> faults) {
    if (!names.isEmpty()) {
      faults.add(what + ": " + String.join(", ", names));
    }
  }
}
