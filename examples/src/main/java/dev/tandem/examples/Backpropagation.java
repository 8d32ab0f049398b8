package dev.tandem.examples;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Gradients;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.examples.Notebook.Way;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Module;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Rnn;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;

/**
 * Gradients by hand beside those of {@link Tensor#backward}: one weight, a batch in the naive and
 * in the matrix form, an activation, three steps of a recurrent network. The page {@code
 * docs/backpropagation.md} goes with it; the formulas are in {@link GradientsByHand}.
 */
public final class Backpropagation {

  private static final int SEED = 42;

  private final Notebook notebook;

  private Backpropagation(Notebook notebook) {
    this.notebook = notebook;
  }

  /**
   * Runs the example.
   *
   * @param backend what computes
   * @param out where it explains itself
   */
  public static void run(Backend backend, PrintStream out) {
    run(backend, new Notebook(out));
  }

  static void run(Backend backend, Notebook notebook) {
    Backends.with(backend, () -> new Backpropagation(notebook).chapters());
  }

  private void chapters() {
    oneWeight();
    batch();
    activation();
    batchWithActivation();
    recurrence();
  }

  private void oneWeight() {
    notebook.chapter("1. y = w x + b, E = (y - y*)^2");
    Generator generator = Generator.seeded(SEED);
    Linear model = new Linear(1, 1, generator);
    Tensor x = Tensor.randn(generator, 1);
    Tensor yTrue = x.mul(3).add(2);

    Tensor y = model.forward(x);
    Tensor error = Mse.of(y, yTrue);
    error.backward();

    notebook.value("x", x);
    notebook.value("y", y);
    notebook.value("y*", yTrue);
    notebook.value("E", error);
    float slope = 2 * (y.item() - yTrue.item()); // dE/dy
    compare("dE/dw", Tensor.scalar(slope * x.item()), gradient(model, "weight"));
    compare("dE/db", Tensor.scalar(slope), gradient(model, "bias"));
  }

  private void batch() {
    notebook.chapter("2. Y = X W^T + b, E = mean of (Y - Y*)^2");
    Generator generator = Generator.seeded(SEED);
    Linear model = new Linear(3, 2, generator);
    Tensor x = Tensor.randn(generator, 4, 3);
    Tensor yTrue = Tensor.randn(generator, 4, 2);

    Tensor y = model.forward(x);
    Tensor error = Mse.of(y, yTrue);
    error.backward();

    var loops = GradientsByHand.inLoops(x, model.weight(), y, yTrue);
    Tensor ofY = GradientsByHand.ofError(y, yTrue);
    var matrices = GradientsByHand.throughLayer(ofY, x, model.weight());
    notebook.value("E", error);
    notebook.compare(
        "dE/dW",
        new Way("in loops", loops.weight()),
        new Way("in matrices", matrices.weight()),
        new Way("backward()", gradient(model, "weight")));
    notebook.compare(
        "dE/db",
        new Way("in loops", loops.bias()),
        new Way("in matrices", matrices.bias()),
        new Way("backward()", gradient(model, "bias")));
  }

  private void activation() {
    notebook.chapter("3. s = w x + b, y = tanh(s), E = (y - y*)^2");
    Generator generator = Generator.seeded(SEED);
    Linear model = new Linear(1, 1, generator);
    Tensor x = Tensor.randn(generator, 1);
    Tensor yTrue = Tensor.randn(generator, 1);

    Tensor s = model.forward(x);
    Tensor y = s.tanh();
    Tensor error = Mse.of(y, yTrue);
    error.backward();

    notebook.value("s", s);
    notebook.value("y", y);
    notebook.value("E", error);
    float slope = 1 - y.item() * y.item(); // f'(s)
    float ofSum = 2 * (y.item() - yTrue.item()) * slope; // dE/ds
    compare("dE/dw", Tensor.scalar(ofSum * x.item()), gradient(model, "weight"));
    compare("dE/db", Tensor.scalar(ofSum), gradient(model, "bias"));
  }

  private void batchWithActivation() {
    notebook.chapter("4. S = X W^T + b, Y = tanh(S), E = mean of (Y - Y*)^2");
    Generator generator = Generator.seeded(SEED);
    Linear model = new Linear(3, 2, generator);
    Tensor x = Tensor.randn(generator, 4, 3);
    Tensor yTrue = Tensor.randn(generator, 4, 2);

    Tensor y = model.forward(x).tanh();
    Tensor error = Mse.of(y, yTrue);
    error.backward();

    Tensor ofSum = GradientsByHand.throughTanh(GradientsByHand.ofError(y, yTrue), y);
    var byHand = GradientsByHand.throughLayer(ofSum, x, model.weight());
    notebook.value("E", error);
    compare("dE/dW", byHand.weight(), gradient(model, "weight"));
    compare("dE/db", byHand.bias(), gradient(model, "bias"));
  }

  private void recurrence() {
    notebook.chapter("5. h_t = tanh(s_t), s_t = x_t W_ih + h_(t-1) W_hh + b, three steps");
    Generator generator = Generator.seeded(SEED);
    Rnn model = new Rnn(2, 2, generator);
    Tensor sequence = Tensor.randn(generator, 3, 2);
    Tensor yTrue = Tensor.randn(generator, 1, 2);
    Tensor weightIh = parameter(model, "weight_ih_l0"); // [hidden, in]
    Tensor weightHh = parameter(model, "weight_hh_l0"); // [hidden, hidden]
    Tensor bias = parameter(model, "bias_ih_l0").add(parameter(model, "bias_hh_l0"));

    Tensor[] x = new Tensor[3];
    Tensor[] s = new Tensor[3];
    Tensor[] h = new Tensor[4];
    h[0] = Tensor.zeros(1, 2);
    for (int t = 0; t < 3; t++) {
      x[t] = sequence.slice(0, t, t + 1); // [1, in]
      Tensor fromState = h[t].matmul(weightHh.transpose());
      s[t] = x[t].matmul(weightIh.transpose()).add(fromState).add(bias);
      h[t + 1] = s[t].tanh();
    }
    Tensor error = Mse.of(h[3], yTrue);
    error.backward();

    Tensor ofLast = GradientsByHand.ofError(h[3], yTrue);
    var byHand = GradientsByHand.throughTime(x, h, weightHh, ofLast);
    notebook.compare(
        "h_3", new Way("written out", h[3]), new Way("Rnn", model.forward(sequence).hidden()));
    notebook.value("E", error);
    List<Tensor> ofSums = Gradients.of(error, s);
    for (int t = 2; t >= 0; t--) {
      notebook.compare(
          "dE/ds_" + (t + 1),
          new Way("by hand", byHand.sums()[t]),
          new Way("Gradients.of", ofSums.get(t)));
    }
    compare("dE/dW_ih^T", byHand.weightIh(), gradient(model, "weight_ih_l0"));
    compare("dE/dW_hh^T", byHand.weightHh(), gradient(model, "weight_hh_l0"));
    compare("dE/db", byHand.bias(), gradient(model, "bias_ih_l0"));
  }

  private void compare(String name, Tensor byHand, Tensor automatic) {
    notebook.compare(name, new Way("by hand", byHand), new Way("backward()", automatic));
  }

  private static Parameter parameter(Module module, String name) {
    return Objects.requireNonNull(module.parameters().get(name));
  }

  private static Tensor gradient(Module module, String name) {
    return Objects.requireNonNull(parameter(module, name).grad());
  }
}
