package dev.tandem.backend;

/**
 * A compiled schedule. It owns the memory of its temporaries and can be run any number of times, by
 * one thread at a time: the caller serialises runs, and runs and {@link #close()}.
 */
public interface Executable extends AutoCloseable {

  /**
   * Runs every kernel once and returns when the outputs are complete. Allocates no tensor storage.
   *
   * @param inputs a buffer for each input slot; not changed, except where an output updates it
   * @param outputs a buffer for each output slot; where {@code updates[o] >= 0} the same buffer as
   *     {@code inputs[updates[o]]}
   * @param scalars a value for each scalar of the schedule
   * @throws IllegalArgumentException if the number or the sizes of the arguments are not those of
   *     the schedule, a buffer belongs to another backend, or buffers are shared otherwise than
   *     described; nothing was changed
   * @throws IllegalStateException if this executable or one of the buffers is closed
   * @throws DeviceFailureException if the device fails; the contents of the outputs are lost
   */
  void run(Buffer[] inputs, Buffer[] outputs, float[] scalars);

  /** Releases the temporaries. */
  @Override
  void close();
}
