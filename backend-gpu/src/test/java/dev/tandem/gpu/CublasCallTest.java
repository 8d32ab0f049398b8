package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.MatmulCases;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operands, dimensions and steps that cuBLAS is given, tried on a product in plain Java that
 * reads columns as cuBLAS is documented to. No GPU takes part.
 */
final class CublasCallTest {

  private static Kernel.Matmul matmul(KernelCase of) {
    return (Kernel.Matmul) of.schedule().kernels().getFirst();
  }

  /** {@code cublasSgemmStridedBatched} with alpha 1 and beta 0, and its checks of the arguments. */
  private static void sgemm(CublasCall call, float[] a, int atA, float[] b, int atB, float[] c) {
    assertThat(call.lda()).isGreaterThanOrEqualTo(call.transposesA() ? call.k() : call.m());
    assertThat(call.ldb()).isGreaterThanOrEqualTo(call.transposesB() ? call.n() : call.k());
    assertThat(call.ldc()).isGreaterThanOrEqualTo(call.m());
    for (int matrix = 0; matrix < call.count(); matrix++) {
      int firstA = (int) (atA + matrix * call.strideA());
      int firstB = (int) (atB + matrix * call.strideB());
      int firstC = (int) (matrix * call.strideC());
      for (int column = 0; column < call.n(); column++) {
        for (int row = 0; row < call.m(); row++) {
          double sum = 0;
          for (int p = 0; p < call.k(); p++) {
            int ofA = call.transposesA() ? p + row * call.lda() : row + p * call.lda();
            int ofB = call.transposesB() ? column + p * call.ldb() : p + column * call.ldb();
            sum += (double) a[firstA + ofA] * b[firstB + ofB];
          }
          c[firstC + row + column * call.ldc()] = (float) sum;
        }
      }
    }
  }

  private static float[] product(CublasCall call, Kernel.Matmul kernel, float[][] inputs) {
    float[] product = new float[Math.toIntExact(call.productElements())];
    float[] right = inputs[kernel.right().slot()];
    float[] left = inputs[kernel.left().slot()];
    sgemm(call, right, kernel.right().offset(), left, kernel.left().offset(), product);
    return product;
  }

  private static Stream<KernelCase> products() {
    return Stream.concat(MatmulCases.layouts(), MatmulCases.batches());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("products")
  void aCallGivesTheProductOfTheReference(KernelCase of) {
    Kernel.Matmul kernel = matmul(of);
    CublasCall call = CublasCall.of(kernel);
    if (call != null) {
      of.check(new float[][] {product(call, kernel, of.inputs())});
    }
  }

  @Test
  void rowsAndColumnsAndWindowsAreCallsInEveryCombination() {
    List<String> refused =
        products().filter(of -> CublasCall.of(matmul(of)) == null).map(KernelCase::name).toList();
    assertThat(refused)
        .allSatisfy(name ->
            assertThat(name)
                .containsPattern("SCATTERED|no terms|outer and inner|three axes|six axes"));
    assertThat(products().count() - refused.size()).isGreaterThan(200);
  }

  private static Kernel.Matmul of(View left, View right, int[] shape) {
    ScheduleBuilder builder = new ScheduleBuilder();
    builder.input(100_000);
    builder.input(100_000);
    View output = View.of(builder.output(View.elements(shape)), shape);
    return (Kernel.Matmul)
        builder
            .matmul(left, right, output, Expression.IDENTITY, new int[0])
            .build()
            .kernels()
            .getFirst();
  }

  @Test
  void theFourFormsDifferInTheirFlags() {
    View rows = View.of(0, 40, 20);
    View columns = View.of(0, 20, 40).transpose();
    View right = View.of(1, 20, 30);
    View rightColumns = View.of(1, 30, 20).transpose();
    Set<List<Object>> forms = new HashSet<>();
    for (View left : List.of(rows, columns)) {
      for (View second : List.of(right, rightColumns)) {
        CublasCall call =
            Objects.requireNonNull(CublasCall.of(of(left, second, new int[] {40, 30})));
        assertThat(List.of(call.m(), call.n(), call.k(), call.count()))
            .containsExactly(30, 40, 20, 1);
        forms.add(List.of(call.transposesA(), call.lda(), call.transposesB(), call.ldb()));
      }
    }
    assertThat(forms)
        .containsExactlyInAnyOrder(
            List.of(false, 30, false, 20),
            List.of(false, 30, true, 40),
            List.of(true, 20, false, 20),
            List.of(true, 20, true, 40));
  }

  @Test
  void aBatchOverOneMatrixRepeatsIt() {
    View left = View.of(0, 5, 4, 3);
    View right = View.of(1, 1, 3, 2).broadcastTo(5, 3, 2);
    CublasCall call = Objects.requireNonNull(CublasCall.of(of(left, right, new int[] {5, 4, 2})));
    assertThat(List.of(call.count(), call.strideA(), call.strideB(), call.strideC()))
        .containsExactly(5, 0L, 12L, 8L);
  }

  @Test
  void aRepeatedRowIsLeftToTheOwnKernel() {
    View left = View.of(0, 1, 20).broadcastTo(40, 20);
    assertThat(CublasCall.of(of(left, View.of(1, 20, 30), new int[] {40, 30}))).isNull();
  }
}
