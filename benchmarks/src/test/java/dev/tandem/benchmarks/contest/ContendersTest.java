package dev.tandem.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everybody who can run here solves every kind of problem, and a wrong solution is noticed. */
class ContendersTest {

  private static List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    for (Product.Form form : Product.Form.values()) {
      problems.add(new Product(1, 7, 5, 3, form));
      problems.add(new Product(3, 4, 1, 17, form));
      problems.add(new Product(1, 1, 33, 19, form));
    }
    for (Pointwise.Function function : Pointwise.Function.values()) {
      problems.add(new Pointwise(function, 207));
    }
    problems.add(new Chain(207));
    problems.add(new AdamUpdate(207));
    for (Reduction.Combiner combiner : Reduction.Combiner.values()) {
      for (Reduction.Axis axis : Reduction.Axis.values()) {
        problems.add(new Reduction(combiner, axis, 12, 7));
      }
    }
    problems.add(new TrainingStep(1, 1, 1));
    problems.add(new TrainingStep(13, 5, 2));
    problems.add(new TrainingStep(13, 5, 7, 4, 3));
    for (OneOperation.Stage stage : OneOperation.Stage.values()) {
      problems.add(new OneOperation(stage));
    }
    return problems;
  }

  static Stream<Arguments> everybodyWithEveryProblem() {
    return Contenders.all().stream()
        .filter(contender -> contender.unavailable() == null)
        .flatMap(contender ->
            problems().stream()
                .filter(problem -> contender.declines(problem) == null)
                .map(problem -> Arguments.of(contender.name(), problem)));
  }

  static Stream<Problem> everyProblem() {
    return problems().stream();
  }

  @ParameterizedTest(name = "{0} solves {1}")
  @MethodSource("everybodyWithEveryProblem")
  void everybodySolvesEveryProblem(String name, Problem problem) {
    Contender contender = Contenders.named(name);
    float[][] inputs = problem.inputs();

    try (Work work = contender.prepare(problem, inputs, 2)) {
      problem.check(inputs, work.result());
      assertThat(work.run()).isNotNull();
      assertThat(work.run()).isNotNull();
    }

    assertThat(inputs).as("inputs are left as they were").isDeepEqualTo(problem.inputs());
  }

  @ParameterizedTest
  @MethodSource("everyProblem")
  void aWrongValueIsNoticed(Problem problem) {
    float[][] inputs = problem.inputs();
    try (Work work = Contenders.named("reference").prepare(problem, inputs, 1)) {
      float[] result = work.result();
      result[0] += 0.01f + 0.01f * Math.abs(result[0]);

      assertThatThrownBy(() -> problem.check(inputs, result))
          .isInstanceOf(WrongResultException.class)
          .hasMessageContaining("value 0 is");
    }
  }

  @Test
  void theLossOfATrainingStepIsChecked() {
    TrainingStep step = new TrainingStep(13, 5, 2);
    float[][] inputs = step.inputs();
    try (Work work = Contenders.named("reference").prepare(step, inputs, 1)) {
      float[] result = work.result();
      result[result.length - 1] *= 1.01f;

      assertThatThrownBy(() -> step.check(inputs, result)).isInstanceOf(WrongResultException.class);
    }
  }

  @Test
  void aMissingValueIsNoticed() {
    Problem problem = new Chain(207);

    assertThatThrownBy(() -> problem.check(problem.inputs(), new float[206]))
        .isInstanceOf(WrongResultException.class)
        .hasMessageContaining("206 values were computed, not 207");
  }

  @Test
  void notANumberIsNoticed() {
    Problem problem = new Chain(1);

    assertThatThrownBy(() -> problem.check(problem.inputs(), new float[] {Float.NaN}))
        .isInstanceOf(WrongResultException.class);
  }

  @Test
  void anUnknownContenderIsAnErrorThatNamesTheOthers() {
    assertThatThrownBy(() -> Contenders.named("abacus"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("abacus", "reference", "naive", "--peers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cpu-prepared", "naive"})
  void whoHasNoDeviceApartHasNoTimesToTellApart(String name) {
    assertThat(Contenders.named(name).prepareTimed(new Chain(207))).isNull();
  }

  @Test
  void plainLoopsDeclineWhatWouldTakeMinutes() {
    Product large = new Product(1, 4096, 4096, 4096, Product.Form.NN);

    assertThat(Contenders.named("naive").declines(large)).isNotNull();
    assertThat(Contenders.named("cpu").declines(large)).isNull();
  }

  @Test
  void anUnreadableShapeIsAnErrorThatSaysTheForm() {
    assertThatThrownBy(() -> Product.parse("512x512", "NN")).hasMessageContaining("MxKxN");
    assertThatThrownBy(() -> Reduction.parse("SUM", "ALL", "5")).hasMessageContaining("ROWSx");
    assertThatThrownBy(() -> TrainingStep.parse("5x1")).hasMessageContaining("BATCHx");
  }
}
