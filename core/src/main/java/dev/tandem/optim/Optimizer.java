package dev.tandem.optim;

import dev.tandem.Evaluation;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import dev.tandem.state.StateDict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes parameters along their gradients. This class knows which parameters take part, runs all
 * their changes together and keeps their state; the formula is the subclass's.
 *
 * <pre>{@code
 * optimizer.zeroGrad();
 * Tensor loss = Mse.of(model.forward(inputs), targets);
 * loss.backward();
 * optimizer.step();
 * }</pre>
 *
 * <p>Numbers that differ from step to step, the learning rate above all, are bound when a step is
 * run: changing them costs nothing. Options that change the formula are set before the first step.
 * Not for use by several threads at once.
 */
public abstract class Optimizer {

  private static final String STEP = "step";

  private final List<ParameterState> parameters = new ArrayList<>();
  private double learningRate;

  /**
   * An optimizer of some parameters.
   *
   * @param parameters by name, in the order in which they are changed and saved
   * @throws IllegalArgumentException if there are none, one appears twice, or the learning rate is
   *     negative or NaN
   */
  protected Optimizer(Map<String, Parameter> parameters, double learningRate) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: there are no parameters to optimize".formatted(label()));
    }
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    parameters.forEach((name, parameter) -> {
      if (!seen.add(parameter)) {
        throw new IllegalArgumentException(
            "%s: parameter '%s' appears twice".formatted(label(), name));
      }
      this.parameters.add(new ParameterState(name, parameter));
    });
    this.learningRate = notNegative("learning rate", learningRate);
  }

  /** The names of the tensors kept for each parameter; settled once the first step is taken. */
  protected abstract List<String> stateNames();

  /**
   * Describes one step of one parameter: what it and the tensors of its state become.
   *
   * @param state of the parameter, before the step
   * @param gradient must not be kept
   * @param step takes the assignments, which are made together after all have been described, and
   *     gives the numbers that differ from step to step ({@link Evaluation#number})
   */
  protected abstract void describe(ParameterState state, Tensor gradient, Evaluation step);

  /**
   * Changes every parameter that has a gradient and is not frozen, in one run, which also computes
   * the gradients and the losses they came from unless they are known. Gradients stay as they are.
   *
   * @throws dev.tandem.StaleTensorException if a parameter was changed after the loss was
   *     described; nothing is changed then
   */
  public final void step() {
    Evaluation step = new Evaluation();
    List<ParameterState> taking = describe(step);
    step.run();
    taking.forEach(ParameterState::stepped);
  }

  private List<ParameterState> describe(Evaluation step) {
    List<String> names = stateNames();
    List<ParameterState> taking = new ArrayList<>(parameters.size());
    for (ParameterState state : parameters) {
      Tensor gradient = Evaluation.gradient(state.parameter());
      if (gradient != null && state.parameter().requiresGrad()) {
        state.prepare(names);
        describe(state, gradient, step);
        taking.add(state);
      }
    }
    return taking;
  }

  /**
   * Compiles the whole step down a loss, from the data to the new parameters, to be repeated at the
   * least cost: for data of one shape that is put into frozen parameters. Which parameters take
   * part is settled here. Gradients collected before are dropped, and its own are not kept.
   *
   * @param loss as described from the parameters' present values
   * @throws IllegalStateException unless the loss has one element and depends on a parameter that
   *     requires a gradient
   */
  public final PreparedStep prepare(Tensor loss) {
    zeroGrad();
    try {
      loss.backward();
      Evaluation step = Evaluation.of(loss);
      List<ParameterState> taking = describe(step);
      return new PreparedStep(step.prepare(), taking);
    } finally {
      zeroGrad();
    }
  }

  /** Drops the gradients of all parameters; without this the next ones are added to them. */
  public final void zeroGrad() {
    for (ParameterState state : parameters) {
      state.parameter().zeroGrad();
    }
  }

  /** The factor of every change. */
  public final double learningRate() {
    return learningRate;
  }

  /**
   * Sets the factor for the steps to come.
   *
   * @throws IllegalArgumentException if it is negative or NaN
   */
  public final void learningRate(double newLearningRate) {
    learningRate = notNegative("learning rate", newLearningRate);
  }

  /**
   * What the steps so far have left behind, as tensors that later steps do not change: for each
   * parameter that has taken a step {@code <name>.step}, of shape {@code []}, and the tensors that
   * this kind of optimizer keeps. An optimizer with the same options that loads it goes on exactly
   * as this one would. Options and the learning rate are not in it: they are the program's.
   *
   * <p>Steps are counted exactly up to 16,777,216 here, and rounded to float32 beyond.
   */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> dict = new LinkedHashMap<>();
    for (ParameterState state : parameters) {
      if (state.steps() > 0) {
        float[] steps = {state.steps()};
        dict.put(key(state, STEP), Tensor.of(steps, new int[0]));
        List<String> names = stateNames();
        for (int i = 0; i < names.size(); i++) {
          dict.put(key(state, names.get(i)), StateDict.snapshot(state.tensor(i)));
        }
      }
    }
    return Collections.unmodifiableMap(dict);
  }

  /**
   * Goes on from a state as {@link #stateDict} gives it, from any backend. A parameter that does
   * not appear in it starts anew.
   *
   * @throws IllegalArgumentException if it is not the state of an optimizer of this kind with these
   *     options and parameters; the message names everything that does not fit, and nothing is
   *     changed
   */
  public final void loadStateDict(Map<String, ? extends Tensor> dict) {
    List<String> names = stateNames();
    List<ParameterState> restored = new ArrayList<>();
    Map<String, Shape> expected = new LinkedHashMap<>();
    for (ParameterState state : parameters) {
      boolean appears =
          dict.containsKey(key(state, STEP))
              || names.stream().anyMatch(name -> dict.containsKey(key(state, name)));
      if (appears) {
        expected.put(key(state, STEP), Shape.SCALAR);
        names.forEach(name -> expected.put(key(state, name), state.parameter().shape()));
        restored.add(state);
      }
    }
    StateDict read = StateDict.read(label(), expected, dict);
    restored.forEach(state -> checkSteps(key(state, STEP), read.values(key(state, STEP))[0]));
    for (ParameterState state : parameters) {
      if (restored.contains(state)) {
        long steps = (long) read.values(key(state, STEP))[0];
        state.restore(
            steps, names, names.stream().map(name -> read.values(key(state, name))).toList());
      } else {
        state.reset();
      }
    }
  }

  private static void checkSteps(String key, float steps) {
    if (!(steps >= 1) || steps != Math.rint(steps) || Float.isInfinite(steps)) {
      throw new IllegalArgumentException(
          "loadStateDict: %s is %s, but must be a count of steps, at least 1; nothing was changed"
              .formatted(key, steps));
    }
  }

  private static String key(ParameterState state, String name) {
    return state.name() + "." + name;
  }

  private String label() {
    return getClass().getSimpleName();
  }

  /**
   * Checks an option that is being set.
   *
   * @return {@code value}
   * @throws IllegalArgumentException if it is negative or NaN
   * @throws IllegalStateException if a step has been taken
   */
  protected final double option(String name, double value) {
    if (parameters.stream().anyMatch(state -> state.steps() > 0)) {
      throw new IllegalStateException(
          "%s: the %s must be set before the first step".formatted(label(), name));
    }
    return notNegative(name, value);
  }

  private double notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(
          "%s: the %s is %s; it must not be negative".formatted(label(), name, value));
    }
    return value;
  }
}
