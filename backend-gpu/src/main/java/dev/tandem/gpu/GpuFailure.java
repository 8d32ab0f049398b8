package dev.tandem.gpu;

import dev.tandem.backend.MemoryLimitException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * The device or its driver did not do what it was told. What it should have computed is lost, and
 * so are parameters that were only on the device; the backend can go on with others.
 */
public final class GpuFailure extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private GpuFailure(String message, @Nullable Throwable cause) {
    super("gpu: " + message, cause);
  }

  /**
   * Something was not done although no error was reported.
   *
   * @param what the operation
   */
  static GpuFailure notDone(String what) {
    return new GpuFailure(
        "%s was not carried out, or its result was lost; the driver's message, if there is one, is in the program's output ([TornadoVM-...-JNI] ERROR)"
            .formatted(what),
        null);
  }

  /** Values were only on the device when a run failed there. */
  static GpuFailure lost(int elements) {
    return new GpuFailure(
        "a buffer of %,d elements had its values on the device when a run failed there; they are lost, and have to be uploaded again"
            .formatted(elements),
        null);
  }

  /**
   * Calls TornadoVM and turns what it throws into a failure.
   *
   * @throws MemoryLimitException if the memory of the device is exhausted
   */
  static <T> T guard(String operation, Supplier<T> call) {
    try {
      return call.get();
    } catch (TornadoOutOfMemoryException | TornadoMemoryException tooLittle) {
      throw new MemoryLimitException(
          "gpu: %s needs more memory than the device or TornadoVM's limit has left (%s); hold fewer tensors, or start Java with a greater -Dtornado.device.memory"
              .formatted(operation, tooLittle.getMessage()));
    } catch (RuntimeException | LinkageError | TornadoInternalError failure) {
      throw new GpuFailure("%s failed: %s".formatted(operation, failure.getMessage()), failure);
    }
  }
}
