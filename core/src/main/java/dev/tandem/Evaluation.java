package dev.tandem;

import dev.tandem.backend.Buffer;
import dev.tandem.graph.Engine;
import dev.tandem.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of an engine: tensors whose values are wanted and parameters that take new ones. All new
 * values are computed from the old ones, whatever the order of the assignments, and then put in
 * place. This is what optimizers are made of.
 *
 * <p>An assignment makes descriptions from the old value unusable, so the gradient of an assigned
 * parameter and the losses it came from are computed in the same run and stay readable; how they
 * came about is forgotten.
 */
public final class Evaluation {

  private final List<Tensor> results = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<LiveNumber> numbers = new ArrayList<>();

  /** A scalar of a description whose value is asked for anew at every run. */
  record LiveNumber(Tensor tensor, DoubleSupplier value) {

    void refresh() {
      tensor.node().setScalarValue((float) value.getAsDouble());
    }
  }

  /** A run that computes nothing yet. */
  public Evaluation() {}

  /** A run that computes {@code results}. */
  public static Evaluation of(Tensor... results) {
    return new Evaluation().and(results);
  }

  /** Computes further tensors in the same run. */
  public Evaluation and(Tensor... more) {
    results.addAll(List.of(more));
    return this;
  }

  /**
   * Overwrites a parameter in the same run.
   *
   * @throws IllegalArgumentException if shapes or backends differ, or it is assigned twice
   */
  public Evaluation assign(Parameter parameter, Tensor value) {
    parameter.checkShape("assign", value.shape());
    Tensor.checkSameBackend("assign", parameter, value);
    if (parameters.contains(parameter)) {
      throw new IllegalArgumentException(
          "assign: parameter '%s' is assigned twice".formatted(parameter.name()));
    }
    parameters.add(parameter);
    values.add(value);
    return this;
  }

  /**
   * A number for the descriptions of this run, such as a learning rate. When the run is prepared
   * and repeated, its value is asked for anew each time. Where the last number came from the same
   * supplier, that one is given again, so that many parameters share one learning rate.
   *
   * @param like any tensor of the same backend
   * @return a tensor of shape {@code []}
   */
  public Tensor number(DoubleSupplier value, Tensor like) {
    LiveNumber last = numbers.isEmpty() ? null : numbers.getLast();
    if (last != null && last.value == value && last.tensor.engine() == like.engine()) {
      return last.tensor;
    }
    Tensor number = like.scalarLike(value.getAsDouble());
    numbers.add(new LiveNumber(number, value));
    return number;
  }

  /**
   * The gradient of a parameter, or null, for a description of its new value. Unlike {@link
   * Parameter#grad} it must not be kept beyond the run: its memory is used again.
   */
  public static @Nullable Tensor gradient(Parameter parameter) {
    return parameter.borrowGrad();
  }

  /**
   * Computes.
   *
   * @throws StaleTensorException if something needed has changed since it was described; nothing
   *     was changed
   * @throws IllegalArgumentException if the tensors are on different backends
   */
  public void run() {
    Outputs outputs = new Outputs(results.size() + 2 * parameters.size());
    for (int i = 0; i < results.size(); i++) {
      outputs.add(results.get(i), null);
    }
    for (int i = 0; i < parameters.size(); i++) {
      outputs.addHistory(parameters.get(i));
    }
    Engine engine = outputs.engine;
    if (engine == null) {
      return;
    }
    Node[] nodes = outputs.nodes();
    engine.run(nodes, outputs.destinations, nodes(parameters), nodes(values));
    if (!parameters.isEmpty()) {
      parameters.forEach(Parameter::stepped);
      for (Node node : nodes) {
        node.releaseHistory();
      }
    }
  }

  /**
   * Compiles this run to be repeated. Unlike {@link #run} it computes neither gradients nor losses
   * that were not asked for as results.
   *
   * @throws IllegalStateException if nothing is to be computed
   */
  public PreparedEvaluation prepare() {
    Outputs outputs = new Outputs(results.size());
    results.forEach(result -> outputs.add(result, null));
    parameters.forEach(outputs::checkEngine);
    Engine engine = outputs.engine;
    if (engine == null) {
      throw new IllegalStateException("prepare: there is neither a result nor an assignment");
    }
    Node[] nodes = outputs.nodes();
    return new PreparedEvaluation(
        engine.prepare(nodes, nodes(parameters), nodes(values)), results, parameters, numbers);
  }

  /** What a run computes besides the new values of parameters. */
  private static final class Outputs {

    private Node[] nodes;
    private @Nullable Buffer[] destinations;
    private int count;
    private @Nullable Engine engine;

    Outputs(int capacity) {
      nodes = new Node[capacity];
      destinations = new Buffer[capacity];
    }

    void addHistory(Parameter parameter) {
      checkEngine(parameter);
      Tensor grad = parameter.borrowGrad();
      if (grad != null && !grad.node().isKnown()) {
        add(grad, parameter.gradDestination());
      }
      List<Tensor> losses = parameter.losses();
      for (int i = 0; i < losses.size(); i++) {
        add(losses.get(i), null);
      }
    }

    void add(Tensor tensor, @Nullable Buffer destination) {
      checkEngine(tensor);
      if (count == nodes.length) {
        nodes = Arrays.copyOf(nodes, 2 * count + 4);
        destinations = Arrays.copyOf(destinations, 2 * count + 4);
      }
      destinations[count] = destination;
      nodes[count++] = tensor.node();
    }

    Node[] nodes() {
      return count == nodes.length ? nodes : Arrays.copyOf(nodes, count);
    }

    private void checkEngine(Tensor tensor) {
      Engine own = tensor.engine();
      if (engine != null && own != engine) {
        throw new IllegalArgumentException(
            "evaluate: a tensor of shape %s is on backend %s, others on %s; move it with to(backend)"
                .formatted(tensor.shape(), own.backend().name(), engine.backend().name()));
      }
      engine = own;
    }
  }

  private static Node[] nodes(List<? extends Tensor> tensors) {
    Node[] nodes = new Node[tensors.size()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = tensors.get(i).node();
    }
    return nodes;
  }
}
