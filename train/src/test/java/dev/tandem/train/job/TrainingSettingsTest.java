package dev.tandem.train.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrainingSettingsTest {

  private static TrainingSettings settings(int epochs) {
    return new TrainingSettings(OptimizerKind.ADAM, 0.5, epochs, 1, 0, 0);
  }

  @Test
  void learningRateFallsAlongHalfACosine() {
    assertThat(settings(100).learningRate(1)).isEqualTo(0.5);
    assertThat(settings(100).learningRate(51)).isCloseTo(0.25, within(1e-12));
    assertThat(settings(100).learningRate(100)).isBetween(0.0, 0.001);
  }

  @Test
  void singleEpochHasTheFullLearningRate() {
    assertThat(settings(1).learningRate(1)).isEqualTo(0.5);
  }
}
