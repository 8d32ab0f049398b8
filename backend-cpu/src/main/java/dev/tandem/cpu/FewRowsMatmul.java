package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The matmul of few rows with a matrix whose columns are contiguous: a small batch and the weight
 * of a layer, as it is stored. Each element is the product of two contiguous rows, so the weight is
 * neither transposed nor packed but read once, where it lies.
 *
 * <p>Threads take groups of columns. Each element is summed up in the same order whoever does it.
 */
final class FewRowsMatmul implements PreparedKernel, Parallel.Work {

  // measured: with more rows, or shorter ones, it is quicker to transpose the matrix

  private static final int FEW_ROWS = 4;
  private static final int LEAST_VECTORS = 16;

  private static final int SOME_ROWS = Lanes.MANY_REGISTERS ? 24 : FEW_ROWS;
  private static final int MANY_VECTORS = 32;

  private final Slots slots;
  private final Parallel parallel;
  private final MatmulWorkspace.Shelf shelf;
  private final MatmulShape shape;
  private final MatmulEpilogue epilogue;
  private final int blockDepth;
  private final int columnsPerChunk;
  private final int chunks;
  private final double nanos; // of one product
  private final float[][] sums; // of a tile, for each participant
  private MatmulWorkspace workspace = new MatmulWorkspace();
  private long batch;

  FewRowsMatmul(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.shelf = preparation.shelf();
    this.shape = shape;
    this.epilogue = new MatmulEpilogue(kernel, preparation);
    this.blockDepth = MatmulBlocking.blockDepth(shape.k());
    int threads = parallel.threads();
    this.columnsPerChunk = RowGroup.rowsOfChunk(shape.right().columnStep(), shape.n(), threads);
    this.chunks = (shape.n() + columnsPerChunk - 1) / columnsPerChunk;
    this.nanos =
        50
            + shape.operations() / MatmulPlan.SPEED
            + (double) shape.k() * shape.n() * RowGroup.NANOS_PER_ELEMENT
            + (double) shape.m() * shape.n() * epilogue.nanosPerElement();
    this.sums = Parallel.floats(threads, FewRowsLoops.ROWS * RowGroup.ROWS + Lanes.LANES);
    epilogue.prepare(preparation, threads);
  }

  /** Whether this is the way to compute a product. */
  static boolean suits(MatmulShape shape) {
    int vectors = shape.k() / Lanes.LANES;
    boolean pays =
        shape.m() <= FEW_ROWS && vectors >= LEAST_VECTORS
            || shape.m() <= SOME_ROWS && vectors >= MANY_VECTORS;
    return pays
        && shape.n() >= RowGroup.ROWS
        && shape.right().rowStep() == 1
        && shape.k() % Lanes.LANES == 0;
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
    int quarter = (end - first) / RowGroup.ROWS;
    int endOfQuarters = first + quarter * RowGroup.ROWS;
    for (int depth = 0; depth < shape.k(); depth += blockDepth) {
      int deep = Math.min(blockDepth, shape.k() - depth);
      MatmulPacking.packLeft(
          slots.segments[shape.left().slot()],
          shape.left(),
          shape.left().at(batch, 0, depth),
          shape.m(),
          deep,
          FewRowsLoops.ROWS,
          workspace.locals[participant]);
      for (int column = first; column < first + quarter; column++) {
        multiply(participant, column, quarter, first, depth, deep);
      }
      if (endOfQuarters < end) { // the last four, some of which are stored already
        multiply(participant, end - RowGroup.ROWS, 1, endOfQuarters, depth, deep);
      }
    }
    epilogue.apply(participant, batch, 0, shape.m(), first, end);
  }

  /**
   * Multiplies all rows with four columns, each {@code step} from the one before, and stores the
   * results of those from a column on.
   */
  private void multiply(
      int participant, int column, int step, int firstStored, int firstDepth, int depth) {
    float[] tileAndBlock = workspace.locals[participant].tileAndBlock;
    MatmulShape.Matrix right = shape.right();
    int abreast = MatmulPacking.abreast(shape.left().columnStep(), depth);
    for (int row = 0; row < shape.m(); row += FewRowsLoops.ROWS) {
      int rows = Math.min(FewRowsLoops.ROWS, shape.m() - row);
      int tile = row / FewRowsLoops.ROWS;
      FewRowsLoops.run(
          tileAndBlock,
          MatmulPacking.leftTile(tile, FewRowsLoops.ROWS, abreast, depth),
          slots.segments[right.slot()],
          right.at(batch, firstDepth, column),
          4L * step * right.columnStep(),
          depth,
          rows,
          tileAndBlock);
      FewRowsLoops.sum(tileAndBlock, rows, sums[participant]);
      for (int j = 0; j < RowGroup.ROWS; j++) {
        if (column + j * step >= firstStored) {
          store(sums[participant], j, row, rows, column + j * step, firstDepth > 0);
        }
      }
    }
  }

  /** Stores, or adds, the sums of some rows and the {@code j}-th of four columns. */
  private void store(float[] sums, int j, int row, int rows, int column, boolean add) {
    MemorySegment to = epilogue.memory();
    for (int i = 0; i < rows; i++) {
      long at = epilogue.at(batch, row + i, column);
      float before = add ? to.get(ValueLayout.JAVA_FLOAT, at) : 0;
      to.set(ValueLayout.JAVA_FLOAT, at, before + sums[i * RowGroup.ROWS + j]);
    }
  }
}
