package dev.tandem.gpu;

import dev.tandem.backend.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices that TornadoVM lists. Everything here needs TornadoVM. */
final class GpuDevices {

  private static final Pattern VERSION = Pattern.compile("tornado-api-(\\d[^/]*?)\\.jar");
  private static final long GIBIBYTE = 1L << 30;

  /** What the largest matmul asks for. */
  private static final int GROUP = 256; // threads

  private static final int SHARED_BYTES = 16 * (129 + 129) * 4;

  private GpuDevices() {}

  /** The version of TornadoVM, like {@code 5.2.0-jdk25}, or {@code "unknown"}. */
  static String tornadoVersion() {
    var source = TornadoExecutionPlan.class.getProtectionDomain().getCodeSource();
    Matcher version = VERSION.matcher(source == null ? "" : source.getLocation().toString());
    return version.find() ? version.group(1) : "unknown";
  }

  /** Every device that is large enough: GPUs in TornadoVM's order, then processors. */
  static List<GpuDevice> find() {
    List<TornadoDevice> large =
        listed().stream()
            .filter(device -> isLargeEnough(device.getPhysicalDevice()))
            .sorted(Comparator.comparing(GpuDevices::isProcessor))
            .toList();
    List<GpuDevice> devices = new ArrayList<>();
    for (TornadoDevice device : large) {
      devices.add(describe(device, devices.size()));
    }
    return devices;
  }

  private static List<TornadoDevice> listed() {
    List<TornadoDevice> devices = new ArrayList<>();
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      for (int d = 0; d < backend.getNumDevices(); d++) {
        devices.add(backend.getDevice(d));
      }
    }
    return devices;
  }

  private static boolean isProcessor(TornadoDevice device) {
    return device.getDeviceType() == TornadoDeviceType.CPU;
  }

  /** Devices that TornadoVM lists but that cannot run every kernel, and what they lack. */
  static List<String> tooSmall() {
    return listed().stream()
        .map(TornadoDevice::getPhysicalDevice)
        .filter(device -> !isLargeEnough(device))
        .map(GpuDevices::shortage)
        .toList();
  }

  static boolean isLargeEnough(TornadoTargetDevice device) {
    return device.getDeviceLocalMemorySize() >= SHARED_BYTES && threadsOfGroup(device) >= GROUP;
  }

  static String shortage(TornadoTargetDevice device) {
    return "%s has %,d bytes of local memory and groups of %,d threads; %,d and %,d are needed"
        .formatted(
            device.getDeviceName().strip(),
            device.getDeviceLocalMemorySize(),
            threadsOfGroup(device),
            SHARED_BYTES,
            GROUP);
  }

  private static long threadsOfGroup(TornadoTargetDevice device) {
    long[] group = device.getDeviceMaxWorkGroupSize();
    return group.length == 0 ? GROUP : group[0]; // a driver that does not say can do what is usual
  }

  private static GpuDevice describe(TornadoDevice device, int index) {
    TornadoTargetDevice physical = device.getPhysicalDevice();
    long memory = Math.min(physical.getDeviceGlobalMemorySize(), tornadoMemory());
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("type", device.getDeviceType().name());
    properties.put("driver", device.getTornadoVMBackend().name());
    properties.put("memory", gibibytes(physical.getDeviceGlobalMemorySize()));
    properties.put("usable memory", gibibytes(memory));
    properties.put("compute units", Integer.toString(physical.getDeviceMaxComputeUnits()));
    properties.put("TornadoVM", tornadoVersion());
    Device description =
        new Device(
            GpuBackendProvider.NAME + ":" + index, physical.getDeviceName().strip(), properties);
    return new GpuDevice(device, description, memory, isProcessor(device));
  }

  private static String gibibytes(long bytes) {
    return "%.1f GiB".formatted((double) bytes / GIBIBYTE);
  }

  /** What TornadoVM allows itself, however large the device. */
  private static long tornadoMemory() {
    String property = System.getProperty("tornado.device.memory", "4GB").toUpperCase(Locale.ROOT);
    Matcher size = Pattern.compile("(\\d+)(KB|MB|GB)?").matcher(property);
    if (!size.matches()) {
      return 4 * GIBIBYTE;
    }
    long number = Long.parseLong(size.group(1));
    return switch (size.group(2)) {
      case "KB" -> number << 10;
      case "MB" -> number << 20;
      case "GB" -> number << 30;
      case null, default -> number;
    };
  }

  /**
   * The device that a user means.
   *
   * @param wanted {@code ""} for the first, an index, an id like {@code gpu:1}, or part of a name
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  static GpuDevice choose(String wanted) {
    List<GpuDevice> devices = find();
    String sought = wanted.toLowerCase(Locale.ROOT).strip();
    for (GpuDevice device : devices) {
      String id = device.description().id();
      String index = id.substring(id.indexOf(':') + 1);
      if (sought.isEmpty() || sought.equals(id) || sought.equals(index)) {
        return device;
      }
    }
    for (GpuDevice device : devices) {
      if (device.description().name().toLowerCase(Locale.ROOT).contains(sought)) {
        return device;
      }
    }
    throw new IllegalArgumentException(
        "gpu: there is no device \"%s\"; choose %s"
            .formatted(
                wanted,
                String.join(
                    " or ",
                    devices.stream()
                        .map(it -> it.description().id() + " (" + it.description().name() + ")")
                        .toList())));
  }
}
