package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tandem.backend.Backend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creation, shapes, printing and messages; what kernels compute is the contract suites' matter. */
class TensorTest {

  private Backend before;

  @BeforeEach
  void useReference() {
    before = Backends.current();
    Backends.setDefault(Backends.get("reference"));
  }

  @AfterEach
  void restore() {
    Backends.setDefault(before);
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
  }

  @Test
  void tensorsAreMadeFromValues() {
    assertThat(Tensor.of(new float[] {1, 2}).toString()).isEqualTo("[1.0, 2.0] [2]");
    assertThat(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).toString())
        .isEqualTo("[[1.0, 2.0],\n [3.0, 4.0]] [2, 2]");
    assertThat(Tensor.of(new float[][] {{1}, {2}}).shape()).isEqualTo(Shape.of(2, 1));
    assertThat(Tensor.of(new float[] {7}, new int[0]).shape()).isEqualTo(Shape.SCALAR);
    assertThat(Tensor.scalar(2.5).item()).isEqualTo(2.5f);
    assertThat(Tensor.zeros(2).toArray()).containsExactly(0, 0);
    assertThat(Tensor.ones(1, 2).toArray()).containsExactly(1, 1);
    assertThat(Tensor.full(-3, 2, 1).toArray()).containsExactly(-3, -3);
    assertThat(Tensor.eye(2).toArray()).containsExactly(1, 0, 0, 1);
    assertThat(Tensor.arange(3).toArray()).containsExactly(0, 1, 2);
    assertThat(Tensor.arange(1, 0, -0.25).toArray()).containsExactly(1, 0.75f, 0.5f, 0.25f);
  }

  @Test
  void aTensorDoesNotSeeLaterChangesOfTheArrayItWasMadeFrom() {
    float[] values = new float[40];
    float[] few = {1};
    Tensor large = Tensor.of(values);
    Tensor small = Tensor.of(few);
    values[3] = 9;
    few[0] = 9;
    assertThat(large.toArray()[3]).isZero();
    assertThat(small.item()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 100})
  void memorySegmentsAreReadAlignedOrNot(int elements) {
    try (Arena arena = Arena.ofShared()) {
      for (int shift : new int[] {0, 4}) {
        MemorySegment memory = arena.allocate(4L * elements + 64, 64).asSlice(shift);
        for (int i = 0; i < elements; i++) {
          memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
        }
        Tensor tensor = Tensor.of(memory, elements);
        assertThat(tensor.sum().item()).isEqualTo(elements * (elements - 1) / 2f);
      }
    }
    refuses(
        () -> Tensor.of(MemorySegment.ofArray(new float[3]), 4),
        "of: a segment of 12 bytes does not fill shape [4], which has 16");
  }

  @Test
  void valuesMustFillTheShape() {
    refuses(
        () -> Tensor.of(new float[3], 2, 2), "of: 3 values do not fill shape [2, 2], which has 4");
    refuses(() -> Tensor.of(new float[][] {{1, 2}, {3}}), "of: row 1 has 1 values, row 0 has 2");
    refuses(() -> Tensor.arange(0, 1, -1), "arange: steps of -1.0 do not lead from 0.0 to 1.0");
  }

  @Test
  void ranksGoFromZeroToEight() {
    int[] eight = {1, 2, 1, 2, 1, 1, 2, 1};
    Tensor x = Tensor.ones(eight);
    assertThat(x.add(x).sum().item()).isEqualTo(16);
    assertThat(x.permute(7, 6, 5, 4, 3, 2, 1, 0).mul(2).max().item()).isEqualTo(2);
    assertThat(Tensor.scalar(2).mul(Tensor.scalar(3)).item()).isEqualTo(6);
    refuses(
        () -> Tensor.ones(1, 1, 1, 1, 1, 1, 1, 1, 1),
        "rank 9 exceeds the greatest supported rank, 8");
    refuses(() -> Tensor.ones(-1), "dimensions must not be negative");
    refuses(() -> Tensor.zeros(1 << 20, 1 << 20), "split the tensor along an axis");
  }

  @Test
  void dimensionsMayBeZero() {
    Tensor empty = Tensor.zeros(0, 3);
    assertThat(empty.toArray()).isEmpty();
    assertThat(empty.add(1).mul(empty).toArray()).isEmpty();
    assertThat(empty.sum().item()).isZero();
    assertThat(empty.sum(0).toArray()).containsExactly(0, 0, 0);
    assertThat(empty.mean(0).toArray()).containsExactly(Float.NaN, Float.NaN, Float.NaN);
    assertThat(empty.sum(1).toArray()).isEmpty();
    assertThat(empty.transpose().matmul(empty).toArray()).hasSize(9).containsOnly(0f);
    assertThat(Tensor.concat(0, empty, Tensor.ones(1, 3)).toArray()).containsExactly(1, 1, 1);
    assertThat(Tensor.arange(5).slice(0, 2, 2).toArray()).isEmpty();
    refuses(() -> empty.max(0), "max: shape [0, 3] has no elements along the folded axes");
    assertThat(empty.max(1).toArray()).isEmpty();
    assertThat(empty.toString()).isEqualTo("[] [0, 3]");
  }

  @Test
  void elementwiseOperationsNameTheShapesThatDoNotBroadcast() {
    Tensor x = Tensor.zeros(2, 3);
    refuses(() -> x.add(Tensor.zeros(4)), "add: [2, 3] and [4] do not broadcast");
    refuses(() -> x.le(Tensor.zeros(3, 3)), "le: [2, 3] and [3, 3] do not broadcast");
    refuses(() -> Tensor.where(x, x, Tensor.zeros(2)), "where: [2, 3] and [2] do not broadcast");
    refuses(() -> x.clamp(2, 1), "clamp: the lower bound 2.0 is above the upper bound 1.0");
  }

  @Test
  void matmulNamesTheShapesThatDoNotFit() {
    refuses(
        () -> Tensor.zeros(2, 3).matmul(Tensor.zeros(4, 5)),
        "matmul: [2, 3] x [4, 5]: inner dimensions 3 and 4 differ");
    refuses(() -> Tensor.zeros(3).matmul(Tensor.scalar(1)), "use mul for numbers");
    refuses(
        () -> Tensor.zeros(2, 3, 4).matmul(Tensor.zeros(3, 4, 5)),
        "matmul: [2] and [3] do not broadcast");
  }

  @Test
  void matmulFollowsNumPyForEveryRank() {
    Tensor v = Tensor.arange(3);
    Tensor m = Tensor.arange(6).reshape(2, 3);
    assertThat(v.matmul(v).shape()).isEqualTo(Shape.SCALAR);
    assertThat(m.matmul(v).toArray()).containsExactly(5, 14);
    assertThat(Tensor.arange(2).matmul(m).toArray()).containsExactly(3, 4, 5);
    assertThat(Tensor.ones(4, 1, 2, 3).matmul(Tensor.ones(5, 3, 2)).shape())
        .isEqualTo(Shape.of(4, 5, 2, 2));
    assertThat(Tensor.ones(4, 2, 3).matmul(v).shape()).isEqualTo(Shape.of(4, 2));
    assertThat(v.matmul(Tensor.ones(4, 3, 2)).shape()).isEqualTo(Shape.of(4, 2));
    assertThat(Tensor.ones(4, 2, 3).matmul(Tensor.ones(3, 5)).shape()).isEqualTo(Shape.of(4, 2, 5));
  }

  @Test
  void reductionsNameTheAxisThatDoesNotExist() {
    Tensor x = Tensor.zeros(2, 3);
    refuses(() -> x.sum(2), "sum: axis 2 does not exist in shape [2, 3]; axes go from -2 to 1");
    refuses(() -> x.mean(0, -2), "mean: axis -2 of shape [2, 3] is named twice");
  }

  @Test
  void movementsNameWhatDoesNotFit() {
    Tensor x = Tensor.zeros(2, 3);
    refuses(() -> x.reshape(4, 2), "reshape: [2, 3] has 6 elements, [4, 2] has 8");
    refuses(() -> x.reshape(-1, 4), "reshape: [2, 3] with its 6 elements does not fit [-1, 4]");
    refuses(() -> x.reshape(-1, -1), "only one dimension of [-1, -1] may be -1");
    refuses(
        () -> x.permute(0, 0),
        "permute: axes [0, 0] must name each of the 2 axes of shape [2, 3] once");
    refuses(() -> Tensor.zeros(2).transpose(), "transpose: shape [2] has fewer than two axes");
    refuses(() -> x.squeeze(1), "squeeze: axis 1 of shape [2, 3] has size 3, not 1");
    refuses(() -> x.unsqueeze(4), "unsqueeze: axis 4 does not fit shape [2, 3]");
    refuses(() -> x.broadcastTo(3, 3), "broadcastTo: [2, 3] does not broadcast to [3, 3]");
    refuses(() -> x.slice(1, 2, 4), "slice: from 2 to 4 by 1 does not fit axis 1 of shape [2, 3]");
    refuses(
        () -> Tensor.concat(0, x, Tensor.zeros(2, 4)), "concat: shapes [2, 3] and [2, 4] differ");
    refuses(() -> Tensor.concat(0), "concat: at least one tensor is needed");
  }

  @Test
  void movementsMoveElements() {
    Tensor x = Tensor.arange(6).reshape(2, 3);
    assertThat(x.transpose().toArray()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(x.transpose().transpose().toArray()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(x.transpose().reshape(6).toArray()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(x.slice(1, 0, 3, 2).toArray()).containsExactly(0, 2, 3, 5);
    assertThat(x.slice(1, -2, -1).toArray()).containsExactly(1, 4);
    assertThat(x.unsqueeze(-1).shape()).isEqualTo(Shape.of(2, 3, 1));
    assertThat(x.unsqueeze(1).squeeze().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(Tensor.arange(2).broadcastTo(2, 2).toArray()).containsExactly(0, 1, 0, 1);
    assertThat(Tensor.concat(1, x, x.neg()).slice(0, 0, 1).toArray())
        .containsExactly(0, 1, 2, -0f, -1, -2);
    assertThat(Tensor.stack(0, Tensor.arange(2), Tensor.arange(2)).shape())
        .isEqualTo(Shape.of(2, 2));
    assertThat(x.permute(1, 0).permute(1, 0).add(x).toArray()).containsExactly(0, 2, 4, 6, 8, 10);
  }

  @Test
  void itemNeedsExactlyOneElement() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.zeros(2).item())
        .withMessage("item: shape [2] has 2 elements, not one; use toArray");
    refuses(
        () -> Tensor.zeros(2).copyTo(MemorySegment.ofArray(new float[3])),
        "copyTo: a tensor of shape [2] has 8 bytes, the segment 12");
  }

  @Test
  void backwardNeedsOneElementAndAParameter() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.zeros(2).backward())
        .withMessage("backward: shape [2] has 2 elements, not one; reduce it with sum() or mean()");
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.zeros(2).sum().backward())
        .withMessageContaining("does not depend on any parameter");
    Parameter frozen = new Parameter(Tensor.ones(2)).requiresGrad(false);
    assertThatIllegalStateException().isThrownBy(() -> frozen.sum().backward());
    Parameter cut = new Parameter(Tensor.ones(2));
    assertThatIllegalStateException().isThrownBy(() -> cut.detach().sum().backward());
  }

  @Test
  void largeTensorsArePrintedAbridged() {
    String text = Tensor.arange(2000).toString();
    assertThat(text).isEqualTo("[0.0, 1.0, 2.0, ..., 1997.0, 1998.0, 1999.0] [2000]");
    assertThat(Tensor.zeros(100, 100).toString().lines()).hasSize(7);
  }

  @Test
  void printedNumbersAreReadable() {
    assertThat(Tensor.of(new float[] {0.1f, -2, 1 / 3f}).toString())
        .isEqualTo("[0.1, -2.0, 0.3333] [3]");
    assertThat(Tensor.of(new float[] {1e-9f, 1}).toString())
        .isEqualTo("[1.0000e-09, 1.0000e+00] [2]");
    assertThat(Tensor.of(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, -0f}).toString())
        .isEqualTo("[nan, -inf, -0.0] [3]");
  }
}
