package dev.tandem.gpu;

import dev.tandem.backend.Device;
import java.util.LinkedHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * A device that TornadoVM has found.
 *
 * @param tornado TornadoVM's object for it
 * @param description what users see
 * @param memory bytes that TornadoVM may use of it
 */
record GpuDevice(TornadoDevice tornado, Device description, long memory) {

  /** The description with one more property. */
  Device description(String property, String value) {
    Map<String, String> properties = new LinkedHashMap<>(description.properties());
    properties.put(property, value);
    return new Device(description.id(), description.name(), properties);
  }
}
