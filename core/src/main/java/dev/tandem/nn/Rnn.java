package dev.tandem.nn;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;

/**
 * A recurrent network of one layer (Elman's): {@code h_t = tanh(x_t weight_ih^T + bias_ih + h_(t-1)
 * weight_hh^T + bias_hh)}. Its parameters, their order and their initial values are those of {@code
 * torch.nn.RNN}, whose shapes it uses too.
 */
public final class Rnn extends Module {

  private final int inputSize;
  private final int hiddenSize;
  private final Parameter weightIh; // [hidden, input]
  private final Parameter weightHh; // [hidden, hidden]
  private final Parameter biasIh; // [hidden]
  private final Parameter biasHh; // [hidden]

  /**
   * What a network makes of a sequence.
   *
   * @param outputs the hidden state after each step: {@code [seq, batch, hidden]}
   * @param hidden the one after the last step: {@code [1, batch, hidden]}
   */
  public record Output(Tensor outputs, Tensor hidden) {}

  /**
   * A network on the current backend.
   *
   * @param generator draws the initial values, uniform within plus and minus {@code 1 /
   *     sqrt(hiddenSize)}: both weights, then both biases
   * @throws IllegalArgumentException if a size is not positive
   */
  public Rnn(int inputSize, int hiddenSize, Generator generator) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    if (inputSize < 1 || hiddenSize < 1) {
      throw new IllegalArgumentException(
          "Rnn: %d inputs and a hidden state of %d; there must be at least one of each"
              .formatted(inputSize, hiddenSize));
    }
    weightIh = parameter("weight_ih_l0", initial(generator, hiddenSize, inputSize));
    weightHh = parameter("weight_hh_l0", initial(generator, hiddenSize, hiddenSize));
    biasIh = parameter("bias_ih_l0", initial(generator, hiddenSize));
    biasHh = parameter("bias_hh_l0", initial(generator, hiddenSize));
  }

  private Tensor initial(Generator generator, int... shape) {
    double bound = 1 / Math.sqrt(hiddenSize);
    float[] values = new float[Shape.of(shape).elements()];
    generator.uniform(values, -bound, bound);
    return Tensor.of(values, shape);
  }

  /** As {@link #forward(Tensor, Tensor)}, starting from a hidden state of zeros. */
  public Output forward(Tensor input) {
    int[] start = input.shape().toArray();
    checkInput(input.shape());
    start[0] = 1;
    start[start.length - 1] = hiddenSize;
    return forward(input, Backends.with(weightHh.backend(), () -> Tensor.zeros(start)));
  }

  /**
   * Describes the hidden states along a sequence. Without a batch axis in the input there is none
   * in the hidden states either.
   *
   * @param input {@code [seq, batch, input]} or {@code [seq, input]}, at least one step
   * @param hidden the state before the first step: {@code [1, batch, hidden]} or {@code [1,
   *     hidden]}
   * @throws IllegalArgumentException if the shapes are others
   */
  public Output forward(Tensor input, Tensor hidden) {
    Shape shape = input.shape();
    checkInput(shape);
    checkHidden(shape, hidden.shape());
    int steps = shape.dimension(0);
    int batch = shape.rank() == 3 ? shape.dimension(1) : 1;
    Tensor[] states = new Tensor[steps];
    Tensor state = hidden.reshape(batch, hiddenSize);
    // what the inputs contribute does not depend on the state: one product for the whole sequence
    Tensor rows = input.reshape(steps * batch, inputSize);
    Tensor fromInputs = rows.matmul(weightIh.transpose()).add(biasIh);
    for (int t = 0; t < steps; t++) {
      state = step(fromInputs.slice(0, t * batch, (t + 1) * batch), state);
      states[t] = state;
    }
    int[] dimensions = shape.toArray();
    dimensions[dimensions.length - 1] = hiddenSize;
    return new Output(Tensor.stack(0, states).reshape(dimensions), state.reshape(hidden.shape()));
  }

  // [batch, hidden] twice to [batch, hidden]
  private Tensor step(Tensor fromInput, Tensor state) {
    return state.matmul(weightHh.transpose()).add(biasHh).add(fromInput).tanh();
  }

  private void checkInput(Shape input) {
    int rank = input.rank();
    if (rank < 2 || rank > 3 || input.dimension(-1) != inputSize || input.dimension(0) == 0) {
      throw new IllegalArgumentException(
          "%s: the input %s must be [seq, batch, %d] or [seq, %d], with at least one step"
              .formatted(label(), input, inputSize, inputSize));
    }
  }

  private void checkHidden(Shape input, Shape hidden) {
    int[] expected = input.toArray();
    expected[0] = 1;
    expected[expected.length - 1] = hiddenSize;
    if (!hidden.equals(Shape.of(expected))) {
      throw new IllegalArgumentException(
          "%s: for the input %s the hidden state must be %s, not %s"
              .formatted(label(), input, Shape.of(expected), hidden));
    }
  }

  @Override
  protected String describe() {
    return inputSize + ", " + hiddenSize;
  }
}
