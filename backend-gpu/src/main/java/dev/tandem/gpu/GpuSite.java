package dev.tandem.gpu;

import dev.tandem.backend.BackendOptions;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What all executables of a backend share.
 *
 * @param device where they run
 * @param settings what the user wants
 * @param memory that of the device and of buffers on the host
 * @param clock adds up their times; null if nobody wants to know
 * @param lock held by whoever talks to TornadoVM or looks at where a buffer's values are
 */
record GpuSite(
    GpuDevice device,
    GpuSettings settings,
    GpuMemory memory,
    @Nullable GpuClock clock,
    ReentrantLock lock) {

  static GpuSite of(GpuDevice device, GpuSettings settings, BackendOptions options) {
    long limit = options.memoryLimit();
    // buffers have a place on the host, too
    long all = limit == 0 ? device.memory() + Runtime.getRuntime().maxMemory() : limit;
    return new GpuSite(
        device,
        settings,
        new GpuMemory(all, device.memory()),
        options.timed() ? new GpuClock() : null,
        new ReentrantLock());
  }
}
