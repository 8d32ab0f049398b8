package dev.tandem.optim;

import dev.tandem.Evaluation;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Stochastic gradient descent, as {@code torch.optim.SGD}: {@code p -= rate * g}. With momentum the
 * gradients are gathered first: {@code v = momentum * v + g}, then {@code p -= rate * v}. With
 * weight decay {@code g} is {@code gradient + decay * p}.
 */
public final class Sgd extends Optimizer {

  private final DoubleSupplier rate = this::learningRate; // one number for all parameters
  private double momentum;
  private boolean nesterov;
  private double weightDecay;

  /**
   * Plain descent; momentum and weight decay can be added.
   *
   * @throws IllegalArgumentException if there are no parameters, one appears twice, or the learning
   *     rate is negative
   */
  public Sgd(Map<String, Parameter> parameters, double learningRate) {
    super(parameters, learningRate);
  }

  /**
   * Sets how much of the former changes remains in each step, usually 0.9.
   *
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Sgd withMomentum(double newMomentum) {
    momentum = option("momentum", newMomentum);
    nesterov = false;
    return this;
  }

  /**
   * Sets momentum in Nesterov's form: {@code p -= rate * (g + momentum * v)} with the new {@code
   * v}.
   *
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Sgd withNesterovMomentum(double newMomentum) {
    momentum = option("momentum", newMomentum);
    nesterov = true;
    return this;
  }

  /**
   * Sets how strongly parameters are drawn to 0.
   *
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Sgd withWeightDecay(double newWeightDecay) {
    weightDecay = option("weight decay", newWeightDecay);
    return this;
  }

  @Override
  protected List<String> stateNames() {
    return momentum == 0 ? List.of() : List.of("momentum_buffer");
  }

  @Override
  protected void describe(ParameterState state, Tensor gradient, Evaluation step) {
    Parameter parameter = state.parameter();
    Tensor change = weightDecay == 0 ? gradient : gradient.add(parameter.mul(weightDecay));
    if (momentum != 0) {
      Tensor velocity = state.tensor(0).mul(momentum).add(change);
      step.assign(state.tensor(0), velocity);
      change = nesterov ? change.add(velocity.mul(momentum)) : velocity;
    }
    step.assign(parameter, parameter.sub(change.mul(step.number(rate, parameter))));
  }
}
