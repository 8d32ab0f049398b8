package dev.tandem;

import dev.tandem.backend.Buffer;
import dev.tandem.graph.Engine;
import dev.tandem.graph.Node;
import java.util.ArrayList;
import java.util.List;
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
    List<Node> nodes = new ArrayList<>();
    List<@Nullable Buffer> destinations = new ArrayList<>();
    Engine engine = null;
    for (Tensor result : results) {
      engine = add(result, null, nodes, destinations, engine);
    }
    for (Parameter parameter : parameters) {
      engine = addHistory(parameter, nodes, destinations, engine);
    }
    if (engine == null) {
      return;
    }
    engine.run(
        nodes.toArray(Node[]::new),
        destinations.toArray(Buffer[]::new),
        nodes(parameters),
        nodes(values));
    if (!parameters.isEmpty()) {
      parameters.forEach(Parameter::stepped);
      nodes.forEach(Node::releaseHistory);
    }
  }

  private static Engine addHistory(
      Parameter parameter,
      List<Node> nodes,
      List<@Nullable Buffer> destinations,
      @Nullable Engine engine) {
    Engine same = sameEngine(parameter, engine);
    Tensor grad = parameter.borrowGrad();
    if (grad != null && !grad.node().isKnown()) {
      add(grad, parameter.gradDestination(), nodes, destinations, same);
    }
    for (Tensor loss : parameter.losses()) {
      add(loss, null, nodes, destinations, same);
    }
    return same;
  }

  private static Engine add(
      Tensor tensor,
      @Nullable Buffer destination,
      List<Node> nodes,
      List<@Nullable Buffer> destinations,
      @Nullable Engine engine) {
    Engine same = sameEngine(tensor, engine);
    nodes.add(tensor.node());
    destinations.add(destination);
    return same;
  }

  private static Engine sameEngine(Tensor tensor, @Nullable Engine engine) {
    Engine own = tensor.engine();
    if (engine != null && own != engine) {
      throw new IllegalArgumentException(
          "evaluate: a tensor of shape %s is on backend %s, others on %s; move it with to(backend)"
              .formatted(tensor.shape(), own.backend().name(), engine.backend().name()));
    }
    return own;
  }

  private static Node[] nodes(List<? extends Tensor> tensors) {
    return tensors.stream().map(Tensor::node).toArray(Node[]::new);
  }
}
