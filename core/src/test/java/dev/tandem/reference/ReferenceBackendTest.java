package dev.tandem.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.backend.Probe;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.testing.BackendContract;
import dev.tandem.testing.Buffers;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ReferenceBackendTest extends BackendContract {

  @Override
  public Backend open(BackendOptions options) {
    return new ReferenceBackendProvider().open(options);
  }

  @Test
  void theProviderIsFoundAndNeverPreferred() {
    BackendProvider provider =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(it -> it.name().equals("reference"))
            .findFirst()
            .orElseThrow();
    assertThat(provider.priority()).isZero();
    assertThat(provider.probe()).isInstanceOf(Probe.Available.class);
  }

  @Test
  void anUnknownDeviceIsRefused() {
    assertThatThrownBy(() -> open(BackendOptions.DEFAULT.withDevice("gpu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"gpu\"")
        .hasMessageContaining("double");
  }

  @Test
  void doublePrecisionRoundsNothing() {
    double third = 1.0 / 3;
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(1), 1);
    View output = View.of(builder.output(1), 1);
    builder.elementwise(ExpressionBuilder.of(BinaryOp.ADD), output, a, a);
    try (ReferenceBackend exact = ReferenceBackend.inDoublePrecision();
        Executable executable = exact.compile(builder.build());
        Buffer input = exact.allocate(1);
        Buffer result = exact.allocate(1)) {
      exact.uploadDoubles(new double[] {third}, input);
      executable.run(new Buffer[] {input}, new Buffer[] {result}, new float[0]);
      assertThat(exact.downloadDoubles(result)).containsExactly(2 * third);
      assertThat(Buffers.contents(result)).containsExactly((float) (2 * third));
    }
  }

  @Test
  void floatPrecisionRoundsWhatIsUploaded() {
    try (ReferenceBackend rounding = ReferenceBackend.inFloatPrecision();
        Buffer buffer = rounding.allocate(1)) {
      rounding.uploadDoubles(new double[] {0.1}, buffer);
      assertThat(rounding.downloadDoubles(buffer)).containsExactly(0.1f);
      assertThatThrownBy(() -> rounding.uploadDoubles(new double[2], buffer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 values");
    }
  }
}
