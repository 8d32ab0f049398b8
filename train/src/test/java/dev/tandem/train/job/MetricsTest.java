package dev.tandem.train.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void metricsAreThoseOfTheTextbook() {
    Metrics metrics = Metrics.of(new double[] {2.5, 0, 2, 8}, new double[] {3, -0.5, 2, 7});
    assertThat(metrics.rows()).isEqualTo(4);
    assertThat(metrics.mse()).isCloseTo(0.375, within(1e-15));
    assertThat(metrics.rmse()).isCloseTo(Math.sqrt(0.375), within(1e-15));
    assertThat(metrics.mae()).isCloseTo(0.5, within(1e-15));
    assertThat(metrics.r2()).isCloseTo(1 - 1.5 / 29.1875, within(1e-15));
  }

  @Test
  void theMeanOfTheRowsScoresZero() {
    double[] targets = {1, 2, 3, 6};
    assertThat(Metrics.of(new double[] {3, 3, 3, 3}, targets).r2()).isCloseTo(0, within(1e-15));
  }

  @Test
  void targetThatDoesNotVaryHasNoR2() {
    assertThat(Metrics.of(new double[] {1, 2}, new double[] {5, 5}).r2()).isNaN();
  }

  @Test
  void differentLengthsAreRefused() {
    assertThatThrownBy(() -> Metrics.of(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metrics: 2 predictions for 3 targets");
  }

  @Test
  void noRowsAreRefused() {
    assertThatThrownBy(() -> Metrics.of(new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
