package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;

/** Which devices are taken. */
final class GpuDevicesTest {

  private record Described(long localMemory, long... group) implements TornadoTargetDevice {
    @Override
    public String getDeviceName() {
      return "a GPU ";
    }

    @Override
    public long getDeviceGlobalMemorySize() {
      return 1L << 32;
    }

    @Override
    public long getDeviceLocalMemorySize() {
      return localMemory;
    }

    @Override
    public int getDeviceMaxComputeUnits() {
      return 2;
    }

    @Override
    public long[] getDeviceMaxWorkItemSizes() {
      return group;
    }

    @Override
    public long[] getDeviceMaxWorkGroupSize() {
      return group;
    }

    @Override
    public int getMaxThreadsPerBlock() {
      return 256;
    }

    @Override
    public int getDeviceMaxClockFrequency() {
      return 1000;
    }

    @Override
    public long getDeviceMaxConstantBufferSize() {
      return 0;
    }

    @Override
    public long getDeviceMaxAllocationSize() {
      return 1L << 30;
    }

    @Override
    public String getDeviceInfo() {
      return "";
    }
  }

  @Test
  void aDeviceMustHoldTheTileAndTheGroupOfTheLargestMatmul() {
    assertThat(GpuDevices.isLargeEnough(new Described(32768, 256, 256, 64))).isTrue();
    assertThat(GpuDevices.isLargeEnough(new Described(32768))).isTrue();
    assertThat(GpuDevices.isLargeEnough(new Described(16384, 256, 256, 64))).isFalse();
    assertThat(GpuDevices.isLargeEnough(new Described(32768, 128, 128, 64))).isFalse();
  }

  @Test
  void whatADeviceLacksIsSaidInNumbers() {
    assertThat(GpuDevices.shortage(new Described(16384, 128)))
        .isEqualTo(
            "a GPU has 16,384 bytes of local memory and groups of 128 threads; 16,512 and 256 are"
                + " needed");
  }
}
