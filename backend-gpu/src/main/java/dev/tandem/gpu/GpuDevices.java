package dev.tandem.gpu;

import dev.tandem.backend.Device;
import java.util.ArrayList;
import java.util.Arrays;
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
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices that TornadoVM lists. Everything here needs TornadoVM. */
final class GpuDevices {

  /** The property of a {@link Device} that says whether it is a GPU. */
  static final String TYPE = "type";

  private static final Pattern VERSION = Pattern.compile("tornado-api-(\\d[^/]*?)\\.jar");
  private static final String NATIVE_FUNCTIONS = "tornado.enable.nativeFunctions";
  private static final long GIBIBYTE = 1L << 30;

  /** What the largest matmul asks for. */
  private static final MatmulTile LARGEST = MatmulTile.LARGE;

  /** In words, what a device must have. */
  static final String NEEDED_OF_DEVICE =
      "at least %,d bytes of local memory and %d threads in a group"
          .formatted(LARGEST.sharedBytes(), LARGEST.threads());

  private GpuDevices() {}

  /**
   * What TornadoVM has listed.
   *
   * @param usable devices that the engine can run on, GPUs first, else in TornadoVM's order
   * @param tooSmall for each other device its name with what it lacks
   */
  record Found(List<GpuDevice> usable, List<String> tooSmall) {
    Found {
      usable = List.copyOf(usable);
      tooSmall = List.copyOf(tooSmall);
    }
  }

  /** The version of TornadoVM, like {@code 5.2.0-jdk25}, or {@code "unknown"}. */
  static String tornadoVersion() {
    var source = TornadoExecutionPlan.class.getProtectionDomain().getCodeSource();
    Matcher version = VERSION.matcher(source == null ? "" : source.getLocation().toString());
    return version.find() ? version.group(1) : "unknown";
  }

  static Found find() {
    List<TornadoDevice> large = new ArrayList<>();
    List<String> tooSmall = new ArrayList<>();
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      for (int d = 0; d < backend.getNumDevices(); d++) {
        TornadoDevice device = backend.getDevice(d);
        TornadoTargetDevice physical = device.getPhysicalDevice();
        long local = physical.getDeviceLocalMemorySize();
        long[] group = physical.getDeviceMaxWorkGroupSize();
        if (isLargeEnough(local, group)) {
          large.add(device);
        } else {
          tooSmall.add(
              "%s has %,d bytes and groups of %s"
                  .formatted(physical.getDeviceName().strip(), local, Arrays.toString(group)));
        }
      }
    }
    large.sort(Comparator.comparing(device -> device.getDeviceType() != TornadoDeviceType.GPU));
    List<GpuDevice> usable = new ArrayList<>();
    for (TornadoDevice device : large) {
      usable.add(describe(device, usable.size()));
    }
    return new Found(usable, tooSmall);
  }

  /**
   * Whether the largest kernel fits.
   *
   * @param local bytes that a group of threads can share
   * @param group greatest number of threads in a group along each axis; empty if it is not known
   */
  static boolean isLargeEnough(long local, long[] group) {
    return local >= LARGEST.sharedBytes() && (group.length == 0 || group[0] >= LARGEST.threads());
  }

  private static GpuDevice describe(TornadoDevice device, int index) {
    TornadoTargetDevice physical = device.getPhysicalDevice();
    long memory = Math.min(physical.getDeviceGlobalMemorySize(), tornadoMemory());
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(TYPE, device.getDeviceType().name());
    properties.put("driver", device.getTornadoVMBackend().name());
    properties.put("memory", gibibytes(physical.getDeviceGlobalMemorySize()));
    properties.put("usable memory", gibibytes(memory));
    properties.put("compute units", Integer.toString(physical.getDeviceMaxComputeUnits()));
    properties.put("TornadoVM", tornadoVersion());
    if (device.getTornadoVMBackend() == TornadoVMBackendType.OPENCL && hasNativeFunctions()) {
      properties.put("sin, cos, sqrt", "approximate without -D" + NATIVE_FUNCTIONS + "=false");
    }
    Device description =
        new Device(
            GpuBackendProvider.NAME + ":" + index, physical.getDeviceName().strip(), properties);
    return new GpuDevice(device, description, memory);
  }

  /** Whether OpenCL's native functions are used, whose errors are the device's own affair. */
  private static boolean hasNativeFunctions() {
    String property = System.getProperty(NATIVE_FUNCTIONS);
    return property == null || Boolean.parseBoolean(property);
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
  static GpuDevice choose(List<GpuDevice> devices, String wanted) {
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
