package dev.tandem.optim;

import dev.tandem.Evaluation;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adam, as {@code torch.optim.Adam}: descent along a running mean of the gradients, divided by the
 * root of a running mean of their squares, both corrected for having started at 0. (Kingma and Ba,
 * "Adam: a method for stochastic optimization", 2015.)
 */
public final class Adam extends Optimizer {

  private static final List<String> STATE = List.of("exp_avg", "exp_avg_sq");

  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;
  private double weightDecay;

  /**
   * Adam with the usual constants: betas 0.9 and 0.999, epsilon 1e-8, no weight decay.
   *
   * @param learningRate usually 0.001
   * @throws IllegalArgumentException if there are no parameters, one appears twice, or the learning
   *     rate is negative
   */
  public Adam(Map<String, Parameter> parameters, double learningRate) {
    super(parameters, learningRate);
  }

  /**
   * Sets how much of the running means remains in each step.
   *
   * @param ofGradients for the mean of the gradients, from 0 to below 1
   * @param ofSquares for the mean of their squares, from 0 to below 1
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Adam withBetas(double ofGradients, double ofSquares) {
    double checked = belowOne(option("beta of the gradients", ofGradients));
    beta2 = belowOne(option("beta of the squares", ofSquares));
    beta1 = checked;
    return this;
  }

  private static double belowOne(double beta) {
    if (beta >= 1) {
      throw new IllegalArgumentException("Adam: a beta is %s; it must be below 1".formatted(beta));
    }
    return beta;
  }

  /**
   * Sets what is added to the divisor, so that it is never 0.
   *
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Adam withEpsilon(double newEpsilon) {
    epsilon = option("epsilon", newEpsilon);
    return this;
  }

  /**
   * Sets how strongly parameters are drawn to 0, by way of the gradient: {@code gradient + decay *
   * p} takes its place.
   *
   * @return this
   * @throws IllegalStateException after the first step
   */
  public Adam withWeightDecay(double newWeightDecay) {
    weightDecay = option("weight decay", newWeightDecay);
    return this;
  }

  @Override
  protected List<String> stateNames() {
    return STATE;
  }

  @Override
  protected void describe(ParameterState state, Tensor gradient, Evaluation step) {
    Parameter parameter = state.parameter();
    Parameter mean = state.tensor(0);
    Parameter square = state.tensor(1);
    Tensor rate = step.number(() -> learningRate() / correction(beta1, state), parameter);
    Tensor root = step.number(() -> Math.sqrt(correction(beta2, state)), parameter);

    // in the order of PyTorch's operations, so that they are rounded alike
    Tensor g = weightDecay == 0 ? gradient : gradient.add(parameter.mul(weightDecay));
    Tensor newMean = mean.add(g.sub(mean).mul(1 - beta1));
    Tensor newSquare = square.mul(beta2).add(g.mul(1 - beta2).mul(g));
    Tensor divisor = newSquare.sqrt().div(root).add(epsilon);
    Tensor change = newMean.mul(rate).div(divisor);
    step.assign(mean, newMean).assign(square, newSquare).assign(parameter, parameter.sub(change));
  }

  /** How far a running mean that started at 0 has come after the step that is being taken. */
  private static double correction(double beta, ParameterState state) {
    return 1 - Math.pow(beta, state.steps() + 1);
  }
}
