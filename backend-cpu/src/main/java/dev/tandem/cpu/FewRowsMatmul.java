package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;

/**
 * The matmul of few rows with a matrix that is read once, where it lies: what {@link DotMatmul} and
 * {@link StreamedMatmul} have in common. They differ by which way the matrix is contiguous.
 *
 * <p>Threads take some columns. Each element is summed up in the same order whoever does it.
 */
abstract class FewRowsMatmul implements PreparedKernel, Parallel.Work {

  final Slots slots;
  final MatmulShape shape;
  final MatmulEpilogue epilogue;
  private final Parallel parallel;
  private final MatmulWorkspace.Shelf shelf;
  private final int tileRows;
  private final int blockDepth;
  private final int columnsPerChunk;
  private final int chunks;
  private final double nanos; // of one product
  private MatmulWorkspace workspace = new MatmulWorkspace();
  private long batch;

  /**
   * @param tileRows rows of the left operand that are packed as one tile
   * @param columnsPerChunk columns that a thread takes at a time
   */
  FewRowsMatmul(
      Kernel.Matmul kernel,
      MatmulShape shape,
      Preparation preparation,
      int tileRows,
      int columnsPerChunk) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.shelf = preparation.shelf();
    this.shape = shape;
    this.epilogue = new MatmulEpilogue(kernel, preparation);
    this.tileRows = tileRows;
    this.blockDepth = MatmulBlocking.blockDepth(shape.k());
    this.columnsPerChunk = columnsPerChunk;
    this.chunks = (shape.n() + columnsPerChunk - 1) / columnsPerChunk;
    this.nanos =
        50
            + shape.operations() / MatmulPlan.SPEED
            + (double) shape.k() * shape.n() * RowGroup.NANOS_PER_ELEMENT
            + (double) shape.m() * shape.n() * epilogue.nanosPerElement();
    epilogue.prepare(preparation, parallel.threads());
  }

  @Override
  public double nanos() {
    return nanos * shape.batches();
  }

  @Override
  public void run() {
    workspace = shelf.take();
    workspace.ensure(0, parallel.threads());
    for (batch = 0; batch < shape.batches(); batch++) {
      parallel.run(this, chunks, nanos);
    }
    shelf.give(workspace);
  }

  @Override
  public void begin(int participant) {
    epilogue.begin(participant);
  }

  @Override
  public void run(int participant, int chunk) {
    int first = chunk * columnsPerChunk;
    int end = Math.min(shape.n(), first + columnsPerChunk);
    MatmulWorkspace.Local local = workspace.locals[participant];
    for (int depth = 0; depth < shape.k(); depth += blockDepth) {
      int deep = Math.min(blockDepth, shape.k() - depth);
      MatmulPacking.packLeft(
          slots.segments[shape.left().slot()],
          shape.left(),
          shape.left().at(batch, 0, depth),
          shape.m(),
          deep,
          tileRows,
          local);
      compute(participant, batch, first, end, depth, deep, local.tileAndBlock);
    }
    epilogue.apply(participant, batch, 0, shape.m(), first, end);
  }

  /**
   * Adds what a block of depth contributes to some columns of all rows; the first block stores it
   * instead.
   *
   * @param tileAndBlock has the block of the left operand, packed
   */
  abstract void compute(
      int participant,
      long batch,
      int firstColumn,
      int endColumn,
      int firstDepth,
      int depth,
      float[] tileAndBlock);
}
