package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Schedule;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.ElementwiseCases;
import dev.tandem.testing.KernelCase;
import dev.tandem.testing.PatternCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated form computes the bits of the strips, and exact operations as the reference. */
class GeneratedFormTest {

  static Stream<KernelCase> programs() {
    return Stream.of(flatPrograms(), ElementwiseCases.fusedNearly(), patterns())
        .flatMap(cases -> cases);
  }

  static Stream<KernelCase> flatPrograms() {
    return Stream.of(
            ElementwiseCases.fusedExactly(), PatternCases.inPlace(), awkwardLengths(), operators())
        .flatMap(cases -> cases);
  }

  /** Two updates in one kernel, in place. */
  private static Stream<KernelCase> awkwardLengths() {
    int lanes = Lanes.LANES;
    return IntStream.of(1, lanes - 1, lanes, lanes + 1, 13, 207, 4099)
        .mapToObj(PatternCases::momentum);
  }

  /** Every operator, special values among the data. */
  private static Stream<KernelCase> operators() {
    return Stream.of(ElementwiseCases.unary(), ElementwiseCases.binary(), ElementwiseCases.where())
        .flatMap(cases -> cases)
        .filter(it -> it.name().endsWith(" of 207") || it.name().endsWith(" of 4099"))
        .map(GeneratedFormTest::lengthened);
  }

  /** Operands that are broadcast, transposed and strided. */
  private static Stream<KernelCase> patterns() {
    return Stream.of(PatternCases.named(), PatternCases.random())
        .flatMap(cases -> cases)
        .map(GeneratedFormTest::lengthened);
  }

  /** The same kernels with more to compute: a single operator is not worth a class. */
  private static KernelCase lengthened(KernelCase of) {
    Schedule schedule = of.schedule();
    List<Kernel> kernels = new ArrayList<>();
    for (Kernel kernel : schedule.kernels()) {
      Kernel.Elementwise it = (Kernel.Elementwise) kernel;
      Body body =
          new Body(lengthened(it.body().expression()), it.body().inputs(), it.body().scalars());
      kernels.add(new Kernel.Elementwise(it.shape(), body, it.outputs()));
    }
    return new KernelCase(
        of.name() + ", and more",
        new Schedule(
            kernels,
            schedule.inputs(),
            schedule.outputs(),
            schedule.updates(),
            schedule.temporaries(),
            schedule.temporaryBlock(),
            schedule.scalars()),
        of.inputs(),
        of.scalars(),
        of.tolerance());
  }

  /** Negated and with the last input or constant taken from it, then negated again. */
  private static Expression lengthened(Expression of) {
    List<Expression.Instruction> instructions = new ArrayList<>(of.instructions());
    int result = of.results().getFirst();
    int next = of.registers();
    instructions.add(new Expression.Unary(UnaryOp.NEG, result));
    instructions.add(new Expression.Unary(UnaryOp.ABS, next));
    instructions.add(new Expression.Binary(BinaryOp.MINIMUM, next, next + 1));
    instructions.add(new Expression.Unary(UnaryOp.NEG, next + 2));
    return new Expression(of.inputs(), of.scalars(), instructions, List.of(next + 3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void stagesHaveTheBitsOfStrips(KernelCase program) {
    assertSameBits(BothForms.stages(program), BothForms.strips(program));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flatPrograms")
  void aSingleKernelHasTheBitsOfStrips(KernelCase program) {
    assertSameBits(BothForms.whole(program), BothForms.strips(program));
  }

  private static void assertSameBits(float @Nullable [][] generated, float[][] strips) {
    if (generated != null) {
      assertThat(Arrays.deepEquals(generated, strips)).isTrue();
    }
  }

  @Test
  void exactOperationsHaveTheBitsOfTheReference() {
    Stream.of(ElementwiseCases.fusedExactly(), PatternCases.inPlace(), awkwardLengths())
        .flatMap(cases -> cases)
        .forEach(program -> {
          float[][] generated = BothForms.stages(program);
          if (generated != null) {
            program.check(generated);
          }
        });
  }

  @Test
  void mostProgramsHaveAGeneratedForm() {
    List<KernelCase> all = programs().toList();
    List<KernelCase> flat = flatPrograms().toList();
    assertThat(all.stream().filter(it -> BothForms.stages(it) != null).count())
        .isGreaterThan(all.size() * 3L / 4);
    assertThat(flat.stream().filter(it -> BothForms.whole(it) != null).count())
        .isGreaterThan(flat.size() / 4);
  }
}
