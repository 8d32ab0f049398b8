package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The matmul of few rows with a matrix from beyond the L2 cache whose rows are contiguous: the
 * gradient that a small batch hands back through a large layer. The matrix streams by, at nearly
 * the speed of memory; each row is added to all rows of results, which stay in the L1 cache, times
 * an element of the left operand.
 */
final class StreamedMatmul extends FewRowsMatmul {

  // measured: with more rows it is quicker to work in tiles

  private static final int FEW_ROWS = Lanes.MANY_REGISTERS ? 8 : 2;
  private static final int FEW_ROWS_FROM_MEMORY = 8;

  /** In narrower strips the rows are too short for a processor to fetch ahead in. */
  private static final int LEAST_STRIP = 256;

  private static final int LEAST_COLUMNS = 2 * LEAST_STRIP;

  private final float[][] sums; // of a strip, for each participant

  StreamedMatmul(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    super(kernel, shape, preparation, StreamedLoops.ROWS, columnsPerChunk(shape, preparation));
    int rows = (shape.m() + StreamedLoops.ROWS - 1) / StreamedLoops.ROWS * StreamedLoops.ROWS;
    this.sums =
        CacheLines.floats(preparation.parallel().threads(), rows * StreamedLoops.SUMS_PITCH);
  }

  private static int columnsPerChunk(MatmulShape shape, Preparation preparation) {
    int threads = preparation.parallel().threads();
    int widest = (shape.n() + StreamedLoops.WIDTH - 1) / StreamedLoops.WIDTH;
    int even = (widest + threads - 1) / threads * threads; // the same number for each
    int wanted = Math.min(even, shape.n() / LEAST_STRIP);
    return Lanes.wholeVectors((shape.n() + wanted - 1) / wanted);
  }

  /** Whether this is the way to compute a product. */
  static boolean suits(MatmulShape shape) {
    return shape.m() <= (shape.isFromMemory() ? FEW_ROWS_FROM_MEMORY : FEW_ROWS)
        && shape.right().columnStep() == 1
        && shape.n() >= LEAST_COLUMNS
        && shape.n() % Lanes.LANES == 0
        && shape.isFar();
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
    float[] strip = sums[participant];
    long start = shape.right().at(batch, firstDepth, first);
    sumUp(tileAndBlock, start, end - first, depth, strip);
    for (int row = 0; row < shape.m(); row++) {
      StreamedLoops.store(
          strip,
          row * StreamedLoops.SUMS_PITCH,
          firstDepth > 0,
          epilogue.memory(),
          epilogue.at(batch, row, first),
          end - first);
    }
  }

  /** Sums up some of the depth for some columns, which begin at a byte of the matrix. */
  private void sumUp(float[] left, long first, int columns, int depth, float[] strip) {
    MemorySegment right = slots.segments[shape.right().slot()];
    long pitch = 4L * shape.right().rowStep();
    int abreast = MatmulPacking.abreast(shape.left().columnStep(), depth);
    int fours = depth & -StreamedLoops.DEPTH;
    Arrays.fill(strip, 0);
    for (int p = 0; p < fours; p += StreamedLoops.DEPTH) {
      for (int row = 0; row < shape.m(); row += StreamedLoops.ROWS) {
        int at = left(row, abreast, depth) + p;
        int rows = Math.min(StreamedLoops.ROWS, shape.m() - row);
        int to = row * StreamedLoops.SUMS_PITCH;
        StreamedLoops.addFour(left, at, right, first + p * pitch, pitch, columns, rows, strip, to);
      }
    }
    for (int p = fours; p < depth; p++) {
      for (int row = 0; row < shape.m(); row++) {
        int at = left(row, abreast, depth) + p;
        int to = row * StreamedLoops.SUMS_PITCH;
        StreamedLoops.addOne(left, at, right, first + p * pitch, columns, strip, to);
      }
    }
  }

  /** Where a row of the packed left operand begins. */
  private static int left(int row, int abreast, int depth) {
    int tile = row / StreamedLoops.ROWS;
    int first = tile * StreamedLoops.ROWS;
    return MatmulPacking.leftTile(tile, first, StreamedLoops.ROWS, abreast, depth)
        + (row - first) * MatmulBlocking.PITCH;
  }
}
