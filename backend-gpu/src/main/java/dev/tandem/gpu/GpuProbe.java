package dev.tandem.gpu;

import dev.tandem.backend.Probe;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, once, whether TornadoVM can run here. TornadoVM fails to initialise as a whole, with
 * errors of the linker, if anything is missing, and cannot be asked twice.
 */
final class GpuProbe {

  private static final String RUNTIME = "tornado.load.runtime.implementation";
  private static final String BAILOUT = "tornado.recover.bailout";
  private static final Pattern COLOUR =
      Pattern.compile("\\u001B\\[[0-9;]*m"); // of TornadoVM's messages
  private static final String HOW_TO_INSTALL =
      "Install TornadoVM, for example with sdk install tornadovm 5.2.0-jdk25-opencl"
          + " (5.2.0-jdk25-cuda for NVIDIA)";
  private static final String HOW_TO_START =
      "start Java with @$TORNADOVM_HOME/tornado-argfile @backend-gpu/gpu.argfile, as ./tandem"
          + " does when TORNADOVM_HOME names an SDK";

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
      if (isFallbackOn(System.getProperty(BAILOUT))) {
        return new Probe.Unavailable(
            "TornadoVM would run what it cannot compile as sequential Java, without saying so",
            "Start Java with @backend-gpu/gpu.argfile, or with -D%s=false".formatted(BAILOUT));
      }
      List<GpuDevice> devices = GpuDevices.find();
      return devices.isEmpty()
          ? noneUsable(GpuDevices.tooSmall())
          : new Probe.Available(
              devices.stream().map(GpuDevice::description).toList(),
              !devices.getFirst().isProcessor());
    } catch (LinkageError | RuntimeException failure) {
      return noDevice(rootMessage(failure));
    }
  }

  private static Probe.@Nullable Unavailable missingModules() {
    try {
      String version = GpuDevices.tornadoVersion();
      if (!isSupported(version)) {
        return new Probe.Unavailable(
            "this needs TornadoVM 5.2 or a later 5 for JDK 25, and found " + version,
            HOW_TO_INSTALL + ", and let TORNADOVM_HOME name it");
      }
      return System.getProperty(RUNTIME) == null ? notStarted() : null;
    } catch (NoClassDefFoundError absent) {
      return notStarted();
    }
  }

  private static Probe.Unavailable notStarted() {
    return new Probe.Unavailable(
        "TornadoVM is not on the module path", HOW_TO_INSTALL + ", and " + HOW_TO_START);
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
  static boolean isFallbackOn(@Nullable String bailout) {
    return bailout == null || Boolean.parseBoolean(bailout);
  }

  static Probe.Unavailable noneUsable(List<String> tooSmall) {
    return tooSmall.isEmpty()
        ? noDevice("it lists none")
        : new Probe.Unavailable(
            "no device is large enough: " + String.join("; ", tooSmall),
            "Use another device, or another driver for this one");
  }

  private static Probe.Unavailable noDevice(String message) {
    return new Probe.Unavailable(
        "TornadoVM finds no driver or device (%s)".formatted(message),
        "Install the GPU's driver, so that nvidia-smi or clinfo lists the device, and the SDK for"
            + " that driver: the one for CUDA needs NVIDIA's CUDA toolkit, the one for OpenCL an"
            + " OpenCL driver");
  }

  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = COLOUR.matcher(String.valueOf(root.getMessage())).replaceAll("");
    return root.getClass().getSimpleName() + ": " + message;
  }
}
