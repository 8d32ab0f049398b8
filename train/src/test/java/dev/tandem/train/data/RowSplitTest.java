package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSplitTest {

  @ParameterizedTest
  @CsvSource({"442, 0.2, 88", "442, 0, 0", "1, 0.5, 0", "2, 0.01, 1", "3, 0.99, 2", "13, 0.5, 7"})
  void everyRowIsInOnePart(int rows, double fraction, int held) {
    RowSplit split = RowSplit.of(rows, fraction, 42);
    assertThat(split.validation()).hasSize(held).isSorted();
    assertThat(split.training()).hasSize(rows - held).isSorted();
    assertThat(IntStream.concat(IntStream.of(split.training()), IntStream.of(split.validation())))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
  }

  @Test
  void sameSeedGivesTheSameRows() {
    assertThat(RowSplit.of(100, 0.2, 7).validation())
        .containsExactly(RowSplit.of(100, 0.2, 7).validation());
  }

  @Test
  void anotherSeedGivesOtherRows() {
    assertThat(RowSplit.of(100, 0.2, 7).validation())
        .isNotEqualTo(RowSplit.of(100, 0.2, 8).validation());
  }
}
