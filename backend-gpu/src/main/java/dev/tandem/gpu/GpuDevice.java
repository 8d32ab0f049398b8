package dev.tandem.gpu;

import dev.tandem.backend.Device;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * A device that TornadoVM has found.
 *
 * @param tornado TornadoVM's object for it
 * @param description what users see
 * @param memory bytes that TornadoVM may use of it
 */
record GpuDevice(TornadoDevice tornado, Device description, long memory) {}
