package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices are listed with what matters, and chosen by id, index or part of their name. */
final class GpuDevicesTest {

  private static Device first;

  @BeforeAll
  static void findDevices() {
    GpuForTests.open(BackendOptions.DEFAULT).close();
    first = ((Probe.Available) new GpuBackendProvider().probe()).devices().getFirst();
  }

  private static Device opened(String wanted) {
    try (Backend backend = GpuForTests.open(BackendOptions.DEFAULT.withDevice(wanted))) {
      return backend.device();
    }
  }

  @Test
  void everyDeviceIsListedWithMemoryAndComputeUnits() {
    assertThat(first.id()).isEqualTo("gpu:0");
    assertThat(first.properties()).containsKeys("type", "driver", "memory", "compute units");
    assertThat(Integer.parseInt(first.properties().get("compute units"))).isPositive();
    assertThat(first.properties().get("memory")).matches("\\d+\\.\\d GiB");
  }

  @Test
  void aDeviceIsChosenByIdOrIndexOrPartOfItsName() {
    assertThat(opened("gpu:0").name()).isEqualTo(first.name());
    assertThat(opened("0").name()).isEqualTo(first.name());
    assertThat(opened("").name()).isEqualTo(first.name());
    assertThat(opened(first.name().substring(1, 4).toUpperCase()).name()).isEqualTo(first.name());
  }

  @Test
  void anUnknownDeviceIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> opened("gpu:7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gpu:7")
        .hasMessageContaining("gpu:0 (" + first.name());
  }

  @Test
  void onlyAGpuIsChosenByItself() {
    Probe.Available found = (Probe.Available) new GpuBackendProvider().probe();
    assertThat(found.chosenByItself()).isEqualTo("GPU".equals(first.properties().get("type")));
  }
}
