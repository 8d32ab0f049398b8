package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The matmul of few rows with a matrix from beyond the L2 cache whose rows are contiguous: the
 * gradient that a small batch hands back through a large layer. The matrix is read once, along its
 * rows, at nearly the speed of memory; each row is added to all rows of results, which stay in the
 * L1 cache, times an element of the left operand.
 *
 * <p>Threads take strips of columns. Each element is summed up in the same order whoever does it.
 */
final class StreamedMatmul implements PreparedKernel, Parallel.Work {

  // measured: with more rows it is quicker to work in tiles

  private static final int FEW_ROWS = Lanes.MANY_REGISTERS ? 8 : 2;
  private static final int FEW_ROWS_FROM_MEMORY = 8;

  /** In narrower strips the rows are too short for a processor to fetch ahead in. */
  private static final int LEAST_STRIP = 256;

  private static final int LEAST_COLUMNS = 2 * LEAST_STRIP;

  private final Slots slots;
  private final Parallel parallel;
  private final MatmulWorkspace.Shelf shelf;
  private final MatmulShape shape;
  private final MatmulEpilogue epilogue;
  private final int blockDepth;
  private final int columnsPerChunk;
  private final int chunks;
  private final double nanos; // of one product
  private final float[][] sums; // of a strip, for each participant
  private MatmulWorkspace workspace = new MatmulWorkspace();
  private long batch;

  StreamedMatmul(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.shelf = preparation.shelf();
    this.shape = shape;
    this.epilogue = new MatmulEpilogue(kernel, preparation);
    this.blockDepth = MatmulBlocking.blockDepth(shape.k());
    int threads = parallel.threads();
    int widest = (shape.n() + StreamedLoops.WIDTH - 1) / StreamedLoops.WIDTH;
    int even = (widest + threads - 1) / threads * threads; // the same number for each
    int wanted = Math.min(even, shape.n() / LEAST_STRIP);
    this.columnsPerChunk = Lanes.wholeVectors((shape.n() + wanted - 1) / wanted);
    this.chunks = (shape.n() + columnsPerChunk - 1) / columnsPerChunk;
    this.nanos =
        50
            + shape.operations() / MatmulPlan.SPEED
            + (double) shape.k() * shape.n() * RowGroup.NANOS_PER_ELEMENT
            + (double) shape.m() * shape.n() * epilogue.nanosPerElement();
    int rows = (shape.m() + StreamedLoops.ROWS - 1) / StreamedLoops.ROWS * StreamedLoops.ROWS;
    this.sums = Parallel.floats(threads, rows * StreamedLoops.SUMS_PITCH);
    epilogue.prepare(preparation, threads);
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
    int columns = Math.min(columnsPerChunk, shape.n() - first);
    for (int depth = 0; depth < shape.k(); depth += blockDepth) {
      int deep = Math.min(blockDepth, shape.k() - depth);
      MatmulPacking.packLeft(
          slots.segments[shape.left().slot()],
          shape.left(),
          shape.left().at(batch, 0, depth),
          shape.m(),
          deep,
          StreamedLoops.ROWS,
          workspace.locals[participant]);
      sumUp(participant, first, columns, depth, deep);
      for (int row = 0; row < shape.m(); row++) {
        StreamedLoops.store(
            sums[participant],
            row * StreamedLoops.SUMS_PITCH,
            depth > 0,
            epilogue.memory(),
            epilogue.at(batch, row, first),
            columns);
      }
    }
    epilogue.apply(participant, batch, 0, shape.m(), first, first + columns);
  }

  /** Sums up some of the depth for some columns. */
  private void sumUp(int participant, int firstColumn, int columns, int firstDepth, int depth) {
    float[] left = workspace.locals[participant].tileAndBlock;
    float[] strip = sums[participant];
    MatmulShape.Matrix matrix = shape.right();
    MemorySegment right = slots.segments[matrix.slot()];
    long pitch = 4L * matrix.rowStep();
    long first = matrix.at(batch, firstDepth, firstColumn);
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
    return MatmulPacking.leftTile(tile, StreamedLoops.ROWS, abreast, depth)
        + row % StreamedLoops.ROWS * MatmulBlocking.PITCH;
  }
}
