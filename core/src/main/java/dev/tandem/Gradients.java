package dev.tandem;

import dev.tandem.graph.GraphOrder;
import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: walks a graph from its result to its leaves and describes how the
 * result changes with each. A gradient is a tensor like any other, so it can be differentiated
 * again. The walk is here, the calculus in {@link GradientRules}. Time is linear in the graph.
 */
public final class Gradients {

  private final GraphOrder order;
  private final boolean[] needed;
  private final @Nullable Tensor[] gradients;
  private @Nullable Map<Node, SliceGradients> slices; // null while nothing was sliced

  private Gradients(GraphOrder order) {
    this.order = order;
    needed = new boolean[order.count()];
    gradients = new Tensor[order.count()];
  }

  /**
   * The gradients of a tensor with one element with respect to other tensors: parameters, data, or
   * intermediate results. Where there is no dependence the gradient is zero.
   *
   * @return one gradient for each, of its shape, in the same order
   * @throws IllegalStateException if {@code result} has more than one element
   */
  public static List<Tensor> of(Tensor result, Tensor... withRespectTo) {
    checkDifferentiable("gradients", result);
    Node[] targets = Arrays.stream(withRespectTo).map(Tensor::node).toArray(Node[]::new);
    List<Tensor> found = new ArrayList<>();
    result
        .engine()
        .walkHistory(
            result.node(),
            order -> {
              Gradients gradients = new Gradients(order);
              Map<Node, Boolean> wanted = new IdentityHashMap<>();
              for (Node target : targets) {
                wanted.put(target, true);
              }
              for (int i = 0; i < order.count(); i++) {
                gradients.needed[i] = wanted.containsKey(order.node(i)) || gradients.inputNeeded(i);
              }
              gradients.spread(result);
              for (Tensor target : withRespectTo) {
                found.add(gradients.of(target));
              }
            });
    return found;
  }

  private Tensor of(Tensor target) {
    int number = order.numberOrNone(target.node());
    Tensor gradient = number < 0 ? null : gradients[number];
    return gradient != null
        ? gradient
        : GradientRules.constant(0, target.node()).broadcastTo(target.shape());
  }

  /** Adds the gradients of {@code loss} to those of the parameters it depends on. */
  static void backward(Tensor loss) {
    checkDifferentiable("backward", loss);
    if (!loss.node().requiresGrad()) {
      throw new IllegalStateException(
          "backward: the tensor of shape %s does not depend on any parameter that requires a gradient"
              .formatted(loss.shape()));
    }
    loss.engine()
        .walkHistory(
            loss.node(),
            order -> {
              Gradients gradients = new Gradients(order);
              for (int i = 0; i < order.count(); i++) {
                gradients.needed[i] = order.node(i).requiresGrad();
              }
              gradients.spread(loss);
              gradients.deliver(loss);
            });
  }

  private void deliver(Tensor loss) {
    for (int i = 0; i < order.count(); i++) {
      Node node = order.node(i);
      Tensor gradient = gradients[i];
      if (gradient != null && node.owner() instanceof Parameter parameter) {
        if (node.isLost()) {
          throw new StaleTensorException("backward: " + node.lost());
        }
        parameter.accumulate(gradient, loss);
      }
    }
  }

  private static void checkDifferentiable(String operation, Tensor result) {
    if (result.shape().elements() != 1) {
      throw new IllegalStateException(
          "%s: shape %s has %d elements, not one; reduce it with sum() or mean()"
              .formatted(operation, result.shape(), result.shape().elements()));
    }
    if (result.node().historyReleased()) {
      throw new IllegalStateException(
          "%s: how this tensor was computed is forgotten since an optimizer's step used it; do this before the step"
              .formatted(operation));
    }
  }

  private boolean inputNeeded(int i) {
    Node node = order.node(i);
    for (int input = 0; input < node.inputCount(); input++) {
      if (needed[order.number(node.input(input))]) {
        return true;
      }
    }
    return false;
  }

  /** Walks from the result to the leaves; every node's gradient is complete when it is visited. */
  private void spread(Tensor result) {
    int last = order.number(result.node());
    gradients[last] = GradientRules.constant(1, result.node()).broadcastTo(result.shape());
    for (int i = last; i >= 0; i--) {
      Node node = order.node(i);
      SliceGradients sliced = slices == null ? null : slices.remove(node);
      if (sliced != null) {
        add(node, sliced.sum());
      }
      Tensor gradient = gradients[i];
      if (gradient == null || !needed[i] || node.inputCount() == 0) {
        continue;
      }
      new GradientRules(this, node, gradient).apply();
    }
  }

  /** Whether anybody wants the gradient of an input. */
  boolean isNeeded(Node input) {
    return needed[order.number(input)];
  }

  /** Adds to the gradient of an input. */
  void add(Node input, Tensor gradient) {
    int number = order.number(input);
    Tensor before = gradients[number];
    gradients[number] = before == null ? gradient : before.add(gradient);
  }

  /** Adds to the gradient of an input that was sliced. */
  void addSlice(Node input, Op.Slice slice, Tensor gradient) {
    if (isNeeded(input)) {
      if (slices == null) {
        slices = new IdentityHashMap<>();
      }
      slices.computeIfAbsent(input, SliceGradients::new).add(slice, gradient);
    }
  }
}
