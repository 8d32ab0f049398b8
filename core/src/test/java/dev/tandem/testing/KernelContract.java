package dev.tandem.testing;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel of the table computes what the reference backend computes. */
public interface KernelContract extends Subject {

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ElementwiseCases#unary")
  default void functionsOfOneArgument(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ElementwiseCases#binary")
  default void functionsOfTwoArguments(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ElementwiseCases#where")
  default void selection(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ElementwiseCases#fusedExactly")
  default void fusedProgramsOfExactOperations(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ElementwiseCases#fusedNearly")
  default void fusedProgramsWithTranscendentalFunctions(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.PatternCases#named")
  default void operandsAsModelsHaveThem(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.PatternCases#random")
  default void operandsOfEveryRank(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.PatternCases#inPlace")
  default void updatesInPlace(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ReductionCases#plain")
  default void foldsAlongEveryChoiceOfAxes(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ReductionCases#special")
  default void foldsOfNothingAndOfSpecialValues(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.ReductionCases#computed")
  default void foldsOfWindowsAndFusedExpressions(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.MatmulCases#layouts")
  default void productsOfEverySizeAndLayout(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.MatmulCases#epilogues")
  default void productsWithEpilogues(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.MatmulCases#batches")
  default void batchesOfProducts(KernelCase kernel) {
    kernel.check(backend());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tandem.testing.MatmulCases#special")
  default void productsOfSpecialValues(KernelCase kernel) {
    kernel.check(backend());
  }
}
