package dev.tandem.reference;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Device;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryUse;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The engine that defines what the others must compute: plain loops, one thread, sums in double. It
 * checks every schedule it compiles, so that a test that runs here also tests whoever made the
 * schedule. It is not for work: an element costs tens of nanoseconds and eight bytes.
 */
public final class ReferenceBackend implements Backend {

  static final String NAME = "reference";

  private final Precision precision;
  private final ReferenceMemory memory;
  private volatile boolean closed;

  ReferenceBackend(Precision precision, long memoryLimit) {
    this.precision = precision;
    this.memory = new ReferenceMemory(memoryLimit);
  }

  /** A backend that rounds every result to float32, as the contract of backends says. */
  public static ReferenceBackend inFloatPrecision() {
    return new ReferenceBackend(Precision.FLOAT, 0);
  }

  /**
   * A backend that rounds nothing: every register and every buffer holds doubles. Constants and
   * scalars of a schedule remain floats, and {@link #upload} and {@link #download} remain in
   * float32.
   */
  public static ReferenceBackend inDoublePrecision() {
    return new ReferenceBackend(Precision.DOUBLE, 0);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Device device() {
    checkOpen("device");
    return ReferenceBackendProvider.device(precision);
  }

  @Override
  public Buffer allocate(int elements) {
    checkOpen("allocate");
    if (elements < 0) {
      throw new IllegalArgumentException("allocate: %d elements".formatted(elements));
    }
    ReferenceMemory.Block block = memory.reserve(elements, "allocate");
    ReferenceBuffer buffer = new ReferenceBuffer(this, elements, block);
    memory.releaseWith(buffer, block);
    return buffer;
  }

  @Override
  public void upload(MemorySegment source, Buffer target) {
    double[] values = values(target, "upload");
    checkBytes(source, target, "upload");
    for (int i = 0; i < values.length; i++) {
      values[i] = source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L);
    }
  }

  @Override
  public void download(Buffer source, MemorySegment target) {
    double[] values = values(source, "download");
    checkBytes(target, source, "download");
    for (int i = 0; i < values.length; i++) {
      target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L, (float) values[i]);
    }
  }

  /**
   * Copies doubles into a buffer, rounding them if this backend is in float precision.
   *
   * @param source as long as the buffer
   */
  public void uploadDoubles(double[] source, Buffer target) {
    double[] values = values(target, "uploadDoubles");
    if (source.length != values.length) {
      throw new IllegalArgumentException(
          "uploadDoubles: %d values for a buffer of %d elements"
              .formatted(source.length, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = precision.round(source[i]);
    }
  }

  /** The contents of a buffer, unrounded, in a new array. */
  public double[] downloadDoubles(Buffer source) {
    return values(source, "downloadDoubles").clone();
  }

  @Override
  public Executable compile(Schedule schedule) {
    checkOpen("compile");
    schedule.check();
    ReferenceMemory.Block temporaries = memory.reserve(schedule.temporaryBlock(), "compile");
    ReferenceExecutable executable = new ReferenceExecutable(this, schedule, temporaries);
    memory.releaseWith(executable, temporaries);
    return executable;
  }

  @Override
  public MemoryUse memory() {
    checkOpen("memory");
    return memory.use();
  }

  @Override
  public void close() {
    closed = true;
    memory.releaseAll();
  }

  Precision precision() {
    return precision;
  }

  void checkOpen(String operation) {
    if (closed) {
      throw new IllegalStateException(
          operation + ": the reference backend was closed; open a new one");
    }
  }

  /**
   * The elements of a buffer of this backend.
   *
   * @throws IllegalArgumentException if the buffer belongs to another backend
   * @throws IllegalStateException if the buffer or this backend is closed
   */
  double[] values(Buffer buffer, String operation) {
    checkOpen(operation);
    if (buffer.backend() != this) {
      throw new IllegalArgumentException(
          "%s: the buffer belongs to another backend (%s); move the tensor to this one first"
              .formatted(operation, buffer.backend().name()));
    }
    return ((ReferenceBuffer) buffer).values(operation);
  }

  private static void checkBytes(MemorySegment segment, Buffer buffer, String operation) {
    if (segment.byteSize() != 4L * buffer.elements()) {
      throw new IllegalArgumentException(
          "%s: a segment of %d bytes for a buffer of %d elements, which are %d bytes"
              .formatted(operation, segment.byteSize(), buffer.elements(), 4L * buffer.elements()));
    }
  }
}
