package dev.tandem.gpu;

import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Probe;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * What the engine does only when a system property asks for it, since it has not been tried on a
 * device yet: parts of CUDA.
 *
 * @param library who multiplies matrices
 * @param replays whether the commands of a run are recorded as a CUDA graph and replayed
 */
record GpuSettings(MatmulLibrary library, boolean replays) {

  /** Nothing is asked for. */
  static final GpuSettings DEFAULT = new GpuSettings(MatmulLibrary.NONE, false);

  private static final String CUBLAS = "tandem.gpu.cublas";
  private static final String CUDA_GRAPH = "tandem.gpu.cudagraph";

  /** TornadoVM's module that calls the library. */
  private static final String CUBLAS_MODULE = "tornado.cublas";

  /**
   * As the properties say.
   *
   * @param properties value of a property, or null
   * @throws BackendUnavailableException if one has a value that means nothing
   */
  static GpuSettings of(UnaryOperator<@Nullable String> properties) {
    MatmulLibrary library =
        switch (value(properties, CUBLAS)) {
          case "false" -> MatmulLibrary.NONE;
          case "true" -> MatmulLibrary.CUBLAS;
          case "tf32" -> MatmulLibrary.CUBLAS_TF32;
          case String other -> throw unknown(CUBLAS, other, "true, tf32 or false");
        };
    boolean replays =
        switch (value(properties, CUDA_GRAPH)) {
          case "false" -> false;
          case "true" -> true;
          case String other -> throw unknown(CUDA_GRAPH, other, "true or false");
        };
    return new GpuSettings(library, replays);
  }

  private static String value(UnaryOperator<@Nullable String> properties, String name) {
    String value = properties.apply(name);
    return value == null ? "false" : value.toLowerCase(Locale.ROOT);
  }

  private static BackendUnavailableException unknown(String name, String value, String known) {
    return unavailable("-D%s=%s means nothing".formatted(name, value), "Say %s".formatted(known));
  }

  private static BackendUnavailableException unavailable(String reason, String remedy) {
    return new BackendUnavailableException(
        GpuBackendProvider.NAME, new Probe.Unavailable(reason, remedy));
  }

  /**
   * Makes sure that a device can do what is asked for.
   *
   * @throws BackendUnavailableException if it cannot
   */
  void checkOn(GpuDevice device) {
    String name = device.description().id() + " (" + device.description().name() + ")";
    boolean hasCublas = ModuleLayer.boot().findModule(CUBLAS_MODULE).isPresent();
    checkOn(name, device.tornado().getTornadoVMBackend(), hasCublas);
  }

  /**
   * The same, of the facts alone.
   *
   * @param driver how TornadoVM reaches the device
   * @param hasCublas whether TornadoVM's module for the library is there
   */
  void checkOn(String device, TornadoVMBackendType driver, boolean hasCublas) {
    if (library != MatmulLibrary.NONE) {
      checkCuda(CUBLAS, device, driver);
      if (!hasCublas) {
        throw unavailable(
            "-D%s needs TornadoVM's module %s, which is not there".formatted(CUBLAS, CUBLAS_MODULE),
            "Install TornadoVM's SDK for CUDA, or leave the property out");
      }
    }
    if (replays) {
      checkCuda(CUDA_GRAPH, device, driver);
    }
  }

  private static void checkCuda(String property, String device, TornadoVMBackendType driver) {
    if (driver != TornadoVMBackendType.CUDA) {
      throw unavailable(
          "-D%s needs CUDA, and TornadoVM reaches %s through %s"
              .formatted(property, device, driver),
          "Use an NVIDIA device with TornadoVM's SDK for CUDA, or leave the property out");
    }
  }
}
