package dev.tandem.nn;

import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.state.StateDict;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A part of a model: parameters and further modules, each under a name. What it computes is its own
 * business; a module that makes one tensor of another is a {@link Layer}.
 *
 * <p>A subclass announces its parts where it declares them, and so decides their names and order:
 *
 * <pre>{@code
 * final class Scale extends Layer {
 *   private final Parameter factor = parameter("factor", Tensor.ones(3)); // [3]
 *   private final Linear linear;
 *
 *   Scale(Generator generator) {
 *     linear = module("linear", new Linear(3, 2, generator));
 *   }
 *
 *   public Tensor forward(Tensor input) {
 *     return linear.forward(input.mul(factor));
 *   }
 * }
 * }</pre>
 *
 * <p>The names of parts of parts are joined by dots, as in PyTorch: {@code linear.weight}. A
 * module's own parameters come before those of its modules. Not for use by several threads at once.
 */
public abstract class Module {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Module> modules = new LinkedHashMap<>();
  private String path = "";

  /** A module without any parts yet. */
  protected Module() {}

  /**
   * Makes a parameter part of this module. It is called after its full name in messages.
   *
   * @param initial its first value; it stays on that tensor's backend
   * @throws IllegalArgumentException if the name is taken, empty or contains a dot
   */
  protected final Parameter parameter(String name, Tensor initial) {
    checkName(name);
    Parameter parameter = new Parameter(initial).named(joined(path, name));
    parameters.put(name, parameter);
    return parameter;
  }

  /**
   * Makes another module part of this one. The same module may be part of several: its parameters
   * are then shared.
   *
   * @return the other module
   * @throws IllegalArgumentException if the name is taken, empty or contains a dot
   */
  protected final <M extends Module> M module(String name, M module) {
    checkName(name);
    Module part = module;
    part.place(joined(path, name));
    modules.put(name, part);
    return module;
  }

  private void checkName(String name) {
    if (name.isEmpty() || name.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "%s: \"%s\" cannot name a part: it is empty or contains a dot".formatted(label(), name));
    }
    if (parameters.containsKey(name) || modules.containsKey(name)) {
      throw new IllegalArgumentException(
          "%s: there is already a part named \"%s\"".formatted(label(), name));
    }
  }

  private void place(String newPath) {
    path = newPath;
    parameters.forEach((name, parameter) -> parameter.named(joined(path, name)));
    modules.forEach((name, module) -> module.place(joined(path, name)));
  }

  private static String joined(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  private void forEach(String prefix, BiConsumer<String, Parameter> consumer) {
    parameters.forEach((name, parameter) -> consumer.accept(joined(prefix, name), parameter));
    modules.forEach((name, module) -> module.forEach(joined(prefix, name), consumer));
  }

  /**
   * All parameters by their full names, in order. One that is shared appears once, under its first
   * name. The map is a new one and cannot be changed.
   */
  public final Map<String, Parameter> parameters() {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<String, Parameter> found = new LinkedHashMap<>();
    forEach(
        "",
        (name, parameter) -> {
          if (seen.add(parameter)) {
            found.put(name, parameter);
          }
        });
    return Collections.unmodifiableMap(found);
  }

  /**
   * The values of all parameters by their full names, in order: a snapshot that later changes of
   * the model do not reach. A shared parameter appears under each of its names, as in PyTorch.
   *
   * <p>Cost: a copy of every value, on the parameters' backend.
   */
  public final Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    forEach("", (name, parameter) -> state.put(name, StateDict.snapshot(parameter)));
    return Collections.unmodifiableMap(state);
  }

  /**
   * Overwrites all parameters with a state as {@link #stateDict} gives it, from any backend.
   *
   * @throws IllegalArgumentException if names are missing or unexpected or shapes differ; the
   *     message names all of them, and nothing is changed
   */
  public final void loadStateDict(Map<String, ? extends Tensor> state) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    forEach("", (name, parameter) -> expected.put(name, parameter.shape()));
    StateDict read = StateDict.read(label(), expected, state);
    forEach("", (name, parameter) -> parameter.set(read.values(name)));
  }

  /**
   * Moves all parameters to another engine, for good; gradients collected so far are dropped. If
   * memory runs out there, some parameters have moved: moving to the former engine takes them back.
   */
  public final void to(Backend backend) {
    forEach("", (name, parameter) -> parameter.moveTo(backend));
  }

  /** Lets all parameters collect gradients or none, in descriptions made from now on. */
  public final void requiresGrad(boolean required) {
    forEach("", (name, parameter) -> parameter.requiresGrad(required));
  }

  /** Keeps all parameters as they are: no gradients, and optimizers pass them by. */
  public final void freeze() {
    requiresGrad(false);
  }

  /** Drops the gradients of all parameters. */
  public final void zeroGrad() {
    forEach("", (name, parameter) -> parameter.zeroGrad());
  }

  /** What this module is called in messages: its type, and its place in the model if it has one. */
  protected final String label() {
    String type = getClass().getSimpleName();
    return path.isEmpty() ? type : "%s '%s'".formatted(type, path);
  }

  /** What {@link #toString} prints between the parentheses: sizes and options. */
  protected String describe() {
    return "";
  }

  /** The architecture, one line for each module, as PyTorch prints it. */
  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder(getClass().getSimpleName()).append('(');
    if (modules.isEmpty()) {
      return text.append(describe()).append(')').toString();
    }
    if (!describe().isEmpty()) {
      text.append("\n  ").append(describe());
    }
    modules.forEach((name, module) ->
        text.append("\n  (%s): ".formatted(name)).append(module.toString().replace("\n", "\n  ")));
    return text.append("\n)").toString();
  }
}
