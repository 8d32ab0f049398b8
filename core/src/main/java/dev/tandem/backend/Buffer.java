package dev.tandem.backend;

/**
 * Storage of one tensor on one backend: a fixed number of float32 values. Only its own backend can
 * read or write it.
 */
public abstract class Buffer implements AutoCloseable {

  private final Backend backend;
  private final int elements;

  protected Buffer(Backend backend, int elements) {
    this.backend = backend;
    this.elements = elements;
  }

  /** The backend it belongs to. */
  public final Backend backend() {
    return backend;
  }

  /** How many values it holds. */
  public final int elements() {
    return elements;
  }

  /** Whether its storage has been returned. */
  public abstract boolean isClosed();

  /** Returns the storage at once. Closing twice is allowed. */
  @Override
  public abstract void close();
}
