package dev.tandem.gpu;

import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, once, whether TornadoVM can run here. TornadoVM fails to initialise as a whole, with
 * errors of the linker, if anything is missing, and cannot be asked twice.
 */
final class GpuProbe {

  private static final String SEQUENTIAL_FALLBACK = "tornado.recover.bailout";
  private static final String HOW_TO_START =
      "start Java with @$TORNADOVM_HOME/tornado-argfile -Dtornado.recover.bailout=false, as"
          + " ./tandem does when TORNADOVM_HOME names an SDK";

  private GpuProbe() {}

  /** The answer, found when first asked for. */
  private static final class Found {
    private static final Probe RESULT = find();
  }

  static Probe result() {
    return Found.RESULT;
  }

  /** Whether the device that would be taken by itself is a GPU. */
  static boolean findsGpu() {
    return result() instanceof Probe.Available found
        && "GPU".equals(found.devices().getFirst().properties().get(GpuDevices.TYPE));
  }

  /** Catches everything: missing modules and libraries are errors of many kinds. */
  private static Probe find() {
    try {
      String version = GpuDevices.tornadoVersion();
      Probe.Unavailable obstacle = obstacle(version, System.getProperty(SEQUENTIAL_FALLBACK));
      return obstacle == null ? judge(GpuDevices.find()) : obstacle;
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
        "TornadoVM is not on the module path",
        "Install it (docs/gpu.md says how) and " + HOW_TO_START);
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
          "Install it with sdk install tornadovm, and let TORNADOVM_HOME name it");
    }
    if (fallback == null || Boolean.parseBoolean(fallback)) {
      return new Probe.Unavailable(
          "TornadoVM would run kernels that it cannot compile as sequential Java, without saying"
              + " so",
          "Start Java with -D%s=false".formatted(SEQUENTIAL_FALLBACK));
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
      return new Probe.Available(devices);
    }
    if (!found.tooSmall().isEmpty()) {
      return new Probe.Unavailable(
          "every device is too small: " + String.join("; ", found.tooSmall()),
          "Use a device with %s, or another engine (--backend cpu)"
              .formatted(GpuDevices.NEEDED_OF_DEVICE));
    }
    return noDevice("it lists none");
  }

  private static Probe noDevice(String message) {
    return new Probe.Unavailable(
        "TornadoVM finds no driver or device (%s)".formatted(message),
        "Install the driver of the GPU (nvidia-smi or clinfo should list it) and an SDK of TornadoVM for it, and %s"
            .formatted(HOW_TO_START));
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
