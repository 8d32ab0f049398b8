package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.RunTimes;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The engine says where its time goes, if it is asked to. */
final class GpuTimesTest {

  private static RunTimes times(Backend backend) {
    return Objects.requireNonNull(backend.times());
  }

  @Test
  void kernelsTransfersAndCompilationAreMeasuredApart() {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT.withTimes())) {
      assertThat(times(backend)).isEqualTo(RunTimes.NONE);
      Backends.with(
          backend,
          () -> {
            Tensor a = Tensor.ones(1000, 200).evaluate();
            RunTimes before = times(backend);
            a.tanh().evaluate();
            RunTimes first = times(backend).since(before);
            assertThat(first.kernels()).isPositive();
            assertThat(first.transfers()).isPositive();
            assertThat(first.compilation()).isPositive();

            RunTimes between = times(backend);
            Tensor second = a.tanh().evaluate();
            RunTimes again = times(backend).since(between);
            assertThat(again.kernels()).isPositive();
            assertThat(again.compilation()).as("compiled once").isZero();

            RunTimes beforeReading = times(backend);
            second.toArray();
            RunTimes reading = times(backend).since(beforeReading);
            assertThat(reading.transfers()).isPositive();
            assertThat(reading.kernels()).isZero();
          });
    }
  }

  @Test
  void nothingIsMeasuredUnasked() {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT)) {
      assertThat(backend.times()).isNull();
    }
  }
}
