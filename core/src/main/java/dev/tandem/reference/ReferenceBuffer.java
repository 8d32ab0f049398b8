package dev.tandem.reference;

import dev.tandem.backend.Buffer;

/** A tensor's storage on a reference backend: a block of doubles. */
final class ReferenceBuffer extends Buffer {

  private final ReferenceMemory.Block block;

  ReferenceBuffer(ReferenceBackend backend, int elements, ReferenceMemory.Block block) {
    super(backend, elements);
    this.block = block;
  }

  /**
   * Its elements.
   *
   * @throws IllegalStateException if the buffer is closed
   */
  double[] values(String operation) {
    return block.values(operation);
  }

  @Override
  public boolean isClosed() {
    return block.isReleased();
  }

  @Override
  public void close() {
    block.release();
  }
}
