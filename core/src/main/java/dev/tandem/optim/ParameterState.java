package dev.tandem.optim;

import dev.tandem.Backends;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import java.util.List;

/**
 * A parameter with what an optimizer remembers about it: how many steps it has taken, and tensors
 * of its shape, which are zeros before the first step. It decides nothing.
 */
public final class ParameterState {

  private final String name;
  private final Parameter parameter;
  private Parameter[] tensors = {};
  private long steps;

  ParameterState(String name, Parameter parameter) {
    this.name = name;
    this.parameter = parameter;
  }

  /** The parameter. */
  public Parameter parameter() {
    return parameter;
  }

  /** How many steps the parameter has taken; those in which it had no gradient do not count. */
  public long steps() {
    return steps;
  }

  /**
   * A tensor of the parameter's shape and on its backend, for as long as the optimizer lives.
   *
   * @param index its place in {@link Optimizer#stateNames}
   */
  public Parameter tensor(int index) {
    return tensors[index];
  }

  String name() {
    return name;
  }

  /** Makes the tensors if there are none, and follows the parameter to its backend. */
  void prepare(List<String> names) {
    if (tensors.length < names.size()) {
      Parameter[] made = new Parameter[names.size()];
      for (int i = 0; i < made.length; i++) {
        made[i] = zeros().named(name + "." + names.get(i)).requiresGrad(false);
      }
      tensors = made;
    }
    for (Parameter tensor : tensors) {
      tensor.moveTo(parameter.backend());
    }
  }

  private Parameter zeros() {
    int[] shape = parameter.shape().toArray();
    return Backends.with(parameter.backend(), () -> new Parameter(Tensor.zeros(shape)));
  }

  void stepped() {
    steps++;
  }

  /** Forgets everything; the tensors stay the same, whoever uses them. */
  void reset() {
    for (Parameter tensor : tensors) {
      tensor.set(new float[tensor.shape().elements()]);
    }
    steps = 0;
  }

  void restore(long newSteps, List<String> names, List<float[]> values) {
    prepare(names);
    for (int i = 0; i < tensors.length; i++) {
      tensors[i].set(values.get(i));
    }
    steps = newSteps;
  }
}
