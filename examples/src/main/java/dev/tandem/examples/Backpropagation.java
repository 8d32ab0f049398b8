package dev.tandem.examples;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Objects;

/** Gradients by hand beside those of {@link Tensor#backward}. */
public final class Backpropagation {

  private final PrintStream out;

  private Backpropagation(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs the example.
   *
   * @param backend what computes
   * @param out where it explains itself
   */
  public static void run(Backend backend, PrintStream out) {
    Backends.with(backend, () -> new Backpropagation(out).linear());
  }

  /** One weight, one bias: y = w x + b, E = (y - y*)^2. */
  private void linear() {
    Generator generator = Generator.seeded(42);
    Linear model = new Linear(1, 1, generator);
    Tensor x = Tensor.randn(generator, 1);
    Tensor yTrue = x.mul(3).add(2);

    Tensor y = model.forward(x);
    Tensor error = Mse.of(y, yTrue);
    error.backward();

    float difference = y.item() - yTrue.item();
    out.println("Linear(1, 1): y = w x + b, E = (y - y*)^2, with y* = 3 x + 2");
    line("x", x.item());
    line("y", y.item());
    line("y*", yTrue.item());
    line("E", error.item());
    compare("dE/dw = 2 (y - y*) x", 2 * difference * x.item(), gradient(model, "weight"));
    compare("dE/db = 2 (y - y*)", 2 * difference, gradient(model, "bias"));
  }

  private static float gradient(Linear model, String name) {
    Parameter parameter = Objects.requireNonNull(model.parameters().get(name));
    return Objects.requireNonNull(parameter.grad()).item();
  }

  private void line(String name, float value) {
    out.println(String.format(Locale.ROOT, "  %-22s %12.8f", name, value));
  }

  private void compare(String name, float byHand, float automatic) {
    out.println(
        String.format(
            Locale.ROOT, "  %-22s %12.8f by hand %12.8f by backward()", name, byHand, automatic));
  }
}
