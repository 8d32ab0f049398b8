package dev.tandem.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Evaluation;
import dev.tandem.Parameter;
import dev.tandem.PreparedEvaluation;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends up in one kernel. The tests read what {@link Tensor#explain} prints. */
class LoweringTest {

  private Backend before;
  private final Tensor a = matrix(4, 3);
  private final Tensor b = matrix(4, 3);

  @BeforeEach
  void useReference() {
    before = Backends.current();
    Backends.setDefault(Backends.get("reference"));
  }

  @AfterEach
  void restore() {
    Backends.setDefault(before);
  }

  private static Tensor matrix(int rows, int columns) {
    return Backends.with(
        Backends.get("reference"), () -> Tensor.of(new float[rows * columns], rows, columns));
  }

  private static String[] kernels(Tensor tensor) {
    return tensor.explain().lines().skip(1).map(String::strip).toArray(String[]::new);
  }

  @Test
  void aChainOfElementwiseOperationsIsOneKernel() {
    assertThat(kernels(a.add(b).mul(2).tanh().sub(a)))
        .containsExactly("0  elementwise [12]  out0 = (tanh((in0 + in1) * scalar0) - in0)");
  }

  @Test
  void aChainIsFusedIntoTheReductionAtItsEnd() {
    assertThat(kernels(a.sub(b).square().mean()))
        .containsExactly("0  reduction   [12]  out0 = mean over axes [0] of square(in0 - in1)");
  }

  @Test
  void transposesAreFoldedIntoTheMatmul() {
    assertThat(kernels(a.matmul(b.transpose())))
        .containsExactly("0  matmul      [4, 4, 3]  out0 = in0 x in1^T");
    assertThat(kernels(a.transpose().matmul(b)))
        .containsExactly("0  matmul      [3, 3, 4]  out0 = in0^T x in1");
  }

  @Test
  void biasAndActivationAreTheEpilogueOfTheMatmul() {
    Tensor bias = Tensor.of(new float[4]);
    assertThat(kernels(a.matmul(b.transpose()).add(bias).tanh()))
        .containsExactly("0  matmul      [4, 4, 3]  out0 = tanh((in0 x in1^T) + in2{0,1})");
  }

  @Test
  void theEpilogueSurvivesTheReshapeOfABatchedLinear() {
    Tensor x = Tensor.of(new float[2 * 5 * 3], 2, 5, 3);
    Tensor bias = Tensor.of(new float[4]);
    assertThat(kernels(x.matmul(b.transpose()).add(bias).relu()))
        .containsExactly("0  matmul      [10, 4, 3]  out0 = relu((in0 x in1^T) + in2{0,1})");
  }

  @Test
  void equalExpressionsAreComputedOnce() {
    assertThat(kernels(a.exp().add(1).mul(a.exp())))
        .containsExactly("0  elementwise [12]  out0 = ((exp(in0) + scalar0) * exp(in0))")
        .hasSize(1);
    Tensor product = a.matmul(b.transpose());
    assertThat(kernels(product.add(a.matmul(b.transpose())))).hasSize(1);
  }

  @Test
  void whatNobodyNeedsIsNotComputed() {
    Tensor unused = a.matmul(b.transpose());
    assertThat(kernels(a.add(b))).hasSize(1);
    assertThat(unused.shape().rank()).isEqualTo(2);
  }

  @Test
  void movementsOfDataCostNothing() {
    assertThat(kernels(a.transpose().add(b.transpose()))).hasSize(1);
    assertThat(kernels(a.slice(0, 1, 3).sum()))
        .containsExactly("0  reduction   [6]  out0 = sum over axes [0] of in0+3{1}");
  }

  @Test
  void aCheapDifferenceIsComputedTwiceRatherThanStored() {
    Tensor difference = a.sub(b);
    Tensor both = Tensor.concat(0, difference.square().sum().reshape(1), difference.mul(2).sum(1));
    assertThat(kernels(both)).hasSize(4).noneMatch(it -> it.contains("elementwise [12]"));
  }

  @Test
  void aReshapeThatNoStridesExpressIsWrittenOut() {
    assertThat(kernels(a.transpose().reshape(12).add(1))).hasSize(2);
  }

  @Test
  void neighbouringAxesAreMerged() {
    Tensor x = Tensor.of(new float[24], 2, 3, 4);
    assertThat(kernels(x.add(Tensor.of(new float[4]))))
        .containsExactly("0  elementwise [6, 4]  out0 = (in0 + in1{0,1})");
    assertThat(kernels(x.sum(1, 2)))
        .containsExactly("0  reduction   [2, 12]  out0 = sum over axes [1] of in0");
  }

  @Test
  void anOptimizersUpdateOfAParameterAndItsStateIsOneKernelInPlace() {
    Parameter p = new Parameter(a);
    Parameter mean = new Parameter(a);
    Parameter square = new Parameter(a);
    Tensor newMean = mean.add(b.sub(mean).mul(0.1));
    Tensor newSquare = square.mul(0.999).add(b.mul(0.001).mul(b));
    Tensor change = newMean.mul(0.01).div(newSquare.sqrt().div(0.3).add(1e-8));
    Evaluation step =
        new Evaluation().assign(mean, newMean).assign(square, newSquare).assign(p, p.sub(change));
    try (PreparedEvaluation prepared = step.prepare()) {
      assertThat(prepared.explain())
          .startsWith("schedule: 1 kernel, 4 inputs, 3 outputs, 6 scalars, 0 temporaries")
          .contains("out0 updates", "out1 updates", "out2 updates");
    }
  }

  @Test
  void temporariesOfALongChainShareTheirMemory() {
    Tensor x = a;
    Tensor weight = matrix(3, 3);
    for (int i = 0; i < 50; i++) {
      x = x.matmul(weight);
    }
    assertThat(x.explain())
        .startsWith("schedule: 50 kernels")
        .contains("49 temporaries in 128 bytes");
  }
}
