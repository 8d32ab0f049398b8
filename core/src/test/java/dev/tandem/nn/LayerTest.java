package dev.tandem.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/** What single layers refuse, and how they are lowered; their values are in the contract. */
class LayerTest {

  private final Generator generator = Generator.seeded(3);

  @Test
  void inputsOfAnotherSizeAreRefusedByName() {
    Sequential model =
        new Sequential(new Linear(5, 12, generator), new Tanh(), new Linear(11, 2, generator));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.forward(Tensor.ones(16, 5)))
        .withMessageContaining("Linear '2'")
        .withMessageContaining("[16, 12]")
        .withMessageContaining("in_features=11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Linear(1, 1, generator).forward(Tensor.scalar(1)))
        .withMessageContaining("Linear: the input []");
  }

  @Test
  void sizesMustBePositive() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Linear(0, 1, generator));
    assertThatIllegalArgumentException().isThrownBy(() -> new Linear(1, 0, generator));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rnn(0, 1, generator));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rnn(1, 0, generator));
  }

  @Test
  void biasAndActivationArePartOfTheMatmulWhateverTheRank() {
    Sequential model = new Sequential(new Linear(5, 4, generator), new Tanh());
    for (int[] shape : new int[][] {{5}, {3, 5}, {2, 3, 5}, {2, 1, 3, 5}}) {
      String plan = model.forward(Tensor.randn(generator, shape)).explain();
      assertThat(plan).contains("1 kernel,").contains("matmul").contains("tanh");
    }
  }

  @Test
  void activationsAreThoseOfTheTensor() {
    Tensor x = Tensor.of(new float[] {-2, -0.5f, 0, 0.5f, 2});
    assertThat(new Tanh().forward(x).toArray()).isEqualTo(x.tanh().toArray());
    assertThat(new Relu().forward(x).toArray()).isEqualTo(x.relu().toArray());
    assertThat(new Sigmoid().forward(x).toArray()).isEqualTo(x.sigmoid().toArray());
    assertThat(new Gelu().forward(x).toArray()).isEqualTo(x.gelu().toArray());
  }

  @Test
  void aRecurrentNetworkDrawsItsValuesInPyTorchsOrder() {
    Rnn rnn = new Rnn(3, 4, Generator.seeded(9));
    Generator same = Generator.seeded(9);
    Iterator<Parameter> parameters = rnn.parameters().values().iterator();
    for (int elements : new int[] {12, 16, 4, 4}) {
      float[] values = new float[elements];
      same.uniform(values, -0.5, 0.5);
      assertThat(parameters.next().toArray()).isEqualTo(values);
    }
    assertThat(parameters).isExhausted();
  }

  @Test
  void sequencesAndHiddenStatesMustFit() {
    Rnn rnn = new Rnn(3, 4, generator);
    for (int[] shape : new int[][] {{3}, {5, 4}, {0, 3}, {5, 2, 4}, {1, 5, 2, 3}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rnn.forward(Tensor.zeros(shape)))
          .withMessageContaining("[seq, batch, 3]");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rnn.forward(Tensor.zeros(5, 2, 3), Tensor.zeros(2, 4)))
        .withMessageContaining("must be [1, 2, 4], not [2, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rnn.forward(Tensor.zeros(5, 3), Tensor.zeros(1, 1, 4)))
        .withMessageContaining("must be [1, 4]");
  }

  @Test
  void anErrorNeverBroadcasts() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mse.of(Tensor.zeros(16, 1), Tensor.zeros(16)))
        .withMessageContaining("[16, 1]")
        .withMessageContaining("[16]")
        .withMessageContaining("reshape");
  }
}
