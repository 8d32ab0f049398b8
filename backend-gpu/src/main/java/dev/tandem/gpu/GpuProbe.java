package dev.tandem.gpu;

import dev.tandem.backend.Device;
import dev.tandem.backend.Probe;
import java.util.List;

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

  private static Probe find() {
    try {
      Probe.Unavailable missing = missingModules();
      if (missing != null) {
        return missing;
      }
      if (isFallbackOn(System.getProperty(SEQUENTIAL_FALLBACK))) {
        return new Probe.Unavailable(
            "TornadoVM would run kernels that it cannot compile as sequential Java, without saying"
                + " so",
            "Start Java with -Dtornado.recover.bailout=false");
      }
      List<Device> devices = GpuDevices.find().stream().map(GpuDevice::description).toList();
      return devices.isEmpty() ? noDevice("it lists none") : new Probe.Available(devices);
    } catch (LinkageError | RuntimeException failure) {
      return noDevice(rootMessage(failure));
    }
  }

  private static Probe.@org.jspecify.annotations.Nullable Unavailable missingModules() {
    try {
      String version = GpuDevices.tornadoVersion();
      if (!isSupported(version)) {
        return new Probe.Unavailable(
            "this needs TornadoVM 5.2 or a later 5 for JDK 25, and found " + version,
            "Install it with sdk install tornadovm, and let TORNADOVM_HOME name it");
      }
      return null;
    } catch (NoClassDefFoundError absent) {
      return new Probe.Unavailable(
          "TornadoVM is not on the module path",
          "Install it (docs/gpu.md says how) and " + HOW_TO_START);
    }
  }

  /** Whether a version like {@code 5.2.0-jdk25} will do; an unknown one is tried. */
  static boolean isSupported(String version) {
    String[] parts = version.split("[.-]", 3);
    try {
      return Integer.parseInt(parts[0]) == 5 && Integer.parseInt(parts[1]) >= 2;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return true;
    }
  }

  /** TornadoVM reads the property once, as a boolean that is true unless it says otherwise. */
  static boolean isFallbackOn(@org.jspecify.annotations.Nullable String property) {
    return property == null || Boolean.parseBoolean(property);
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
