package dev.tandem.gpu;

import dev.tandem.backend.Device;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * A device that TornadoVM has found.
 *
 * @param tornado TornadoVM's object for it
 * @param description what users see
 * @param memory bytes that TornadoVM may use of it
 * @param isProcessor whether it is the machine's processor, which the CPU engine uses better
 */
record GpuDevice(TornadoDevice tornado, Device description, long memory, boolean isProcessor) {}
