package dev.tandem.testing;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import java.lang.foreign.MemorySegment;

/** Java arrays in and out of buffers. */
public final class Buffers {

  private Buffers() {}

  /** A new buffer with these values. */
  public static Buffer of(Backend backend, float... values) {
    Buffer buffer = backend.allocate(values.length);
    backend.upload(MemorySegment.ofArray(values), buffer);
    return buffer;
  }

  /** The values in a buffer. */
  public static float[] contents(Buffer buffer) {
    float[] values = new float[buffer.elements()];
    buffer.backend().download(buffer, MemorySegment.ofArray(values));
    return values;
  }
}
