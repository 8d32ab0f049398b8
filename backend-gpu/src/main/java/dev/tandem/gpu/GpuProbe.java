package dev.tandem.gpu;

import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, once, whether TornadoVM can run here. TornadoVM fails to initialise as a whole, with
 * errors of the linker, if anything is missing, and cannot be asked twice.
 */
final class GpuProbe {

  private static final String SEQUENTIAL_FALLBACK = "tornado.recover.bailout";
  private static final String RUNTIME = "tornado.load.runtime.implementation";
  private static final String HOW_TO_INSTALL =
      "Install TornadoVM, for example with sdk install tornadovm 5.2.0-jdk25-opencl"
          + " (5.2.0-jdk25-cuda for NVIDIA)";
  private static final String HOW_TO_START =
      "start Java with @$TORNADOVM_HOME/tornado-argfile @backend-gpu/gpu.argfile, as ./tandem"
          + " does when TORNADOVM_HOME names an SDK";
  private static final Pattern COLOUR = Pattern.compile("\\u001B\\[[0-9;]*m"); // of TornadoVM

  private GpuProbe() {}

  /** The answer, found when first asked for. */
  private static final class Found {
    private static final Probe RESULT = find();
  }

  static Probe result() {
    return Found.RESULT;
  }

  /** Catches everything: missing modules and libraries are errors of many kinds. */
  private static Probe find() {
    try {
      String version = GpuDevices.tornadoVersion();
      Probe.Unavailable obstacle = obstacle(version, System.getProperty(SEQUENTIAL_FALLBACK));
      if (obstacle != null) {
        return obstacle;
      }
      return System.getProperty(RUNTIME) == null ? notOnModulePath() : judge(GpuDevices.find());
    } catch (NoClassDefFoundError absent) {
      return isTornado(absent) ? notOnModulePath() : noDevice(rootMessage(absent));
    } catch (RuntimeException | Error failure) {
      return noDevice(rootMessage(failure));
    }
  }

  private static boolean isTornado(NoClassDefFoundError absent) {
    return absent.getCause() instanceof ClassNotFoundException cause
        && String.valueOf(cause.getMessage()).startsWith("uk.ac.manchester.tornado.api.");
  }

  private static Probe notOnModulePath() {
    return new Probe.Unavailable(
        "TornadoVM is not on the module path", HOW_TO_INSTALL + ", and " + HOW_TO_START);
  }

  /**
   * What forbids even looking for a device, or null.
   *
   * @param version TornadoVM's, like {@code 5.2.0-jdk25}
   * @param fallback the property that TornadoVM reads once; null if it is not set
   */
  static Probe.@Nullable Unavailable obstacle(String version, @Nullable String fallback) {
    if (!isSupported(version)) {
      return new Probe.Unavailable(
          "this needs TornadoVM 5.2 or a later 5 for JDK 25, and found " + version,
          HOW_TO_INSTALL + ", and let TORNADOVM_HOME name it");
    }
    if (fallback == null || Boolean.parseBoolean(fallback)) {
      return new Probe.Unavailable(
          "TornadoVM would run what it cannot compile as sequential Java, without saying so",
          "Start Java with @backend-gpu/gpu.argfile, or with -D%s=false"
              .formatted(SEQUENTIAL_FALLBACK));
    }
    return null;
  }

  /** Whether a version like {@code 5.2.0-jdk25} will do; an unknown one is tried. */
  private static boolean isSupported(String version) {
    String[] parts = version.split("[.-]", 3);
    try {
      return Integer.parseInt(parts[0]) == 5 && Integer.parseInt(parts[1]) >= 2;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return true;
    }
  }

  /** The answer for what TornadoVM has listed. */
  static Probe judge(GpuDevices.Found found) {
    if (!found.usable().isEmpty()) {
      List<Device> devices = found.usable().stream().map(GpuDevice::description).toList();
      return new Probe.Available(devices, isGpu(devices.getFirst()));
    }
    if (!found.tooSmall().isEmpty()) {
      return new Probe.Unavailable(
          "no device is large enough: " + String.join("; ", found.tooSmall()),
          "Use a device with %s, or another engine (--backend cpu)"
              .formatted(GpuDevices.NEEDED_OF_DEVICE));
    }
    return noDevice("it lists none");
  }

  private static boolean isGpu(Device device) {
    return "GPU".equals(device.properties().get(GpuDevices.TYPE));
  }

  private static Probe noDevice(String message) {
    return new Probe.Unavailable(
        "TornadoVM finds no driver or device (%s)".formatted(message),
        "Install the driver of the GPU, so that nvidia-smi or clinfo lists it, and the SDK for that"
            + " driver: the one for CUDA needs NVIDIA's CUDA toolkit, the one for OpenCL an OpenCL"
            + " driver");
  }

  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + plain(String.valueOf(root.getMessage()));
  }

  /** A message of TornadoVM in one line and without its colours. */
  static String plain(String message) {
    return COLOUR.matcher(message).replaceAll("").strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
