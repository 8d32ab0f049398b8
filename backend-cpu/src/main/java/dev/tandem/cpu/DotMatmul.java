package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The matmul of few rows with a matrix whose columns are contiguous: a small batch and the weight
 * of a layer, as it is stored. Each element is the product of two contiguous rows, so the weight is
 * neither transposed nor packed.
 */
final class DotMatmul extends FewRowsMatmul {

  // measured: with more rows, or shorter ones, it is quicker to transpose the matrix

  private static final int FEW_ROWS = 4;
  private static final int LEAST_VECTORS = 16;

  private static final int SOME_ROWS = Lanes.MANY_REGISTERS ? 24 : FEW_ROWS;
  private static final int MANY_VECTORS = 32;

  private final float[][] sums; // of a tile, for each participant

  DotMatmul(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    super(kernel, shape, preparation, DotLoops.ROWS, columnsPerChunk(shape, preparation));
    this.sums =
        CacheLines.floats(
            preparation.parallel().threads(), DotLoops.ROWS * RowGroup.ROWS + Lanes.LANES);
  }

  private static int columnsPerChunk(MatmulShape shape, Preparation preparation) {
    int threads = preparation.parallel().threads();
    return RowGroup.rowsOfChunk(shape.right().columnStep(), shape.n(), threads);
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
  void compute(
      int participant,
      long batch,
      int first,
      int end,
      int firstDepth,
      int depth,
      float[] tileAndBlock) {
    int quarter = (end - first) / RowGroup.ROWS;
    int endOfQuarters = first + quarter * RowGroup.ROWS;
    float[] own = sums[participant];
    for (int column = first; column < first + quarter; column++) {
      multiply(batch, column, quarter, first, firstDepth, depth, tileAndBlock, own);
    }
    if (endOfQuarters < end) { // the last four, some of which are stored already
      int column = end - RowGroup.ROWS;
      multiply(batch, column, 1, endOfQuarters, firstDepth, depth, tileAndBlock, own);
    }
  }

  /**
   * Multiplies all rows with four columns, each {@code step} from the one before, and stores the
   * results of those from a column on.
   */
  private void multiply(
      long batch,
      int column,
      int step,
      int firstStored,
      int firstDepth,
      int depth,
      float[] tileAndBlock,
      float[] sums) {
    MatmulShape.Matrix right = shape.right();
    int abreast = MatmulPacking.abreast(shape.left().columnStep(), depth);
    for (int row = 0; row < shape.m(); row += DotLoops.ROWS) {
      int rows = Math.min(DotLoops.ROWS, shape.m() - row);
      DotLoops.run(
          tileAndBlock,
          MatmulPacking.leftTile(row / DotLoops.ROWS, row, DotLoops.ROWS, abreast, depth),
          slots.segments[right.slot()],
          right.at(batch, firstDepth, column),
          4L * step * right.columnStep(),
          depth,
          rows,
          tileAndBlock);
      DotLoops.sum(tileAndBlock, rows, sums);
      for (int j = 0; j < RowGroup.ROWS; j++) {
        if (column + j * step >= firstStored) {
          store(sums, j, batch, row, rows, column + j * step, firstDepth > 0);
        }
      }
    }
  }

  /** Stores, or adds, the sums of some rows and the {@code j}-th of four columns. */
  private void store(float[] sums, int j, long batch, int row, int rows, int column, boolean add) {
    MemorySegment to = epilogue.memory();
    for (int i = 0; i < rows; i++) {
      long at = epilogue.at(batch, row + i, column);
      float before = add ? to.get(ValueLayout.JAVA_FLOAT, at) : 0;
      to.set(ValueLayout.JAVA_FLOAT, at, before + sums[i * RowGroup.ROWS + j]);
    }
  }
}
