package dev.tandem.gpu;

import dev.tandem.backend.DeviceFailureException;
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
final class GpuFailure extends DeviceFailureException {

  private static final long serialVersionUID = 1L;

  private static final String TRY_AGAIN =
      "Try again; if it stays, look for the driver's message in the program's output"
          + " ([TornadoVM-...-JNI] ERROR), or use another device or engine";

  private GpuFailure(String problem, String remedy, @Nullable Throwable cause) {
    super("gpu: " + problem, remedy, cause);
  }

  /**
   * Something was not done although no error was reported.
   *
   * @param what the operation
   */
  static GpuFailure notDone(String what) {
    return new GpuFailure(what + " was not carried out, or its result was lost", TRY_AGAIN, null);
  }

  /** Values were only on the device when a run failed there. */
  static GpuFailure lost(int elements) {
    return new GpuFailure(
        "a buffer of %,d elements had its values on the device when a run failed there; they are lost"
            .formatted(elements),
        "Upload them again, from a checkpoint for example",
        null);
  }

  /** A kernel that TornadoVM cannot be given. */
  static GpuFailure tooManyArrays(String task, int arrays, int most) {
    return new GpuFailure(
        "%s has operands in %d arrays, and TornadoVM passes a kernel %d at most"
            .formatted(task, arrays, most),
        "Evaluate parts of the expression on their own, or use another engine",
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
              .formatted(operation, said(tooLittle)));
    } catch (RuntimeException | LinkageError | TornadoInternalError failure) {
      throw new GpuFailure(
          "%s failed (%s)".formatted(operation, said(failure)), TRY_AGAIN, failure);
    }
  }

  /** TornadoVM's message, without the colour and the lines that it likes to give it. */
  private static String said(Throwable failure) {
    return GpuProbe.plain(String.valueOf(failure.getMessage()));
  }
}
