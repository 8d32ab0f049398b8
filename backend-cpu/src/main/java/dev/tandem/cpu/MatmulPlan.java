package dev.tandem.cpu;

import static dev.tandem.cpu.MatmulBlocking.COLUMNS;
import static dev.tandem.cpu.MatmulBlocking.DIRECT_UP_TO;
import static dev.tandem.cpu.MatmulBlocking.ROWS;
import static dev.tandem.cpu.MatmulBlocking.TILE_ROWS;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;

import dev.tandem.schedule.Kernel;

/**
 * How a product is cut into blocks and how long it takes: what all the ways to share it between
 * threads have in common.
 */
final class MatmulPlan {

  // with so few rows it does not pay to pack a right operand; from L2, unless registers are few

  private static final int FEW_ROWS_FROM_MEMORY = 8;
  private static final int FEW_ROWS_FROM_L3 = 16;
  private static final int FEW_ROWS = Lanes.MANY_REGISTERS ? 128 : 8;

  /** A rough speed of one thread, in operations per nanosecond: two multiply-adds at 2.5 GHz. */
  static final double SPEED = 10.0 * Lanes.LANES;

  static final double PACKING_NANOS = 0.1;

  static final int CHUNKS_PER_THREAD = 8;

  /** Of fewer tiles a chunk is small: one tile more or less would count. */
  private static final int SMALL_CHUNK_TILES = 6;

  final Slots slots;
  final Parallel parallel;
  final MatmulWorkspace.Shelf shelf;
  final MatmulShape shape;
  final MatmulEpilogue epilogue;
  final boolean direct; // whether the right operand is read where it lies
  final boolean streams; // and comes from beyond L2
  final int blockDepth;
  final int panelFloats; // of the packed panels of a block
  final double nanos; // of one product
  private final int sliceDepth;

  MatmulPlan(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.shelf = preparation.shelf();
    this.shape = shape;
    this.epilogue = new MatmulEpilogue(kernel, preparation);
    this.direct = isDirect(shape);
    this.streams = direct && shape.isFar();
    this.blockDepth = streams ? shape.k() : MatmulBlocking.blockDepth(shape.k());
    this.sliceDepth = streams ? MatmulBlocking.STREAM_DEPTH : blockDepth;
    int panels = (Math.min(shape.n(), COLUMNS) + WIDTH - 1) / WIDTH;
    this.panelFloats = direct ? 0 : MatmulBlocking.panelStart(panels, blockDepth);
    double elements = (double) shape.m() * shape.n();
    double packed = (double) shape.m() * shape.k() + (direct ? 0 : (double) shape.k() * shape.n());
    this.nanos =
        50
            + shape.operations() / SPEED
            + packed * PACKING_NANOS
            + elements * epilogue.nanosPerElement();
  }

  /** Whether the right operand is better read where it lies than packed. */
  private static boolean isDirect(MatmulShape shape) {
    boolean readable = shape.right().columnStep() == 1 && shape.n() >= Lanes.LANES;
    boolean small = (long) shape.n() * shape.k() <= DIRECT_UP_TO;
    return readable && (small || shape.m() <= fewRows(shape));
  }

  private static int fewRows(MatmulShape shape) {
    if (shape.isFromMemory()) {
      return FEW_ROWS_FROM_MEMORY;
    }
    return shape.isFar() ? FEW_ROWS_FROM_L3 : FEW_ROWS;
  }

  // blocks

  MatmulBlock block() {
    return new MatmulBlock(shape, epilogue, direct, sliceDepth);
  }

  /** A block for each thread. */
  MatmulBlock[] blocks() {
    MatmulBlock[] blocks = new MatmulBlock[parallel.threads()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = block();
    }
    return blocks;
  }

  /** How many blocks the depth makes. */
  int depthBlocks() {
    return (shape.k() + blockDepth - 1) / blockDepth;
  }

  /** Computes all of one product, or what some blocks of depth add to it, on this thread. */
  void multiply(
      MatmulBlock block,
      int firstDepth,
      int endDepth,
      int participant,
      MatmulWorkspace.Local local) {
    for (int column = 0; column < shape.n(); column += COLUMNS) {
      int columns = Math.min(COLUMNS, shape.n() - column);
      for (int depth = firstDepth; depth < endDepth; depth += blockDepth) {
        block.select(column, columns, depth, Math.min(blockDepth, endDepth - depth));
        if (!direct) {
          block.pack(0, block.panels(), local);
        }
        for (int row = 0; row < shape.m(); row += ROWS) {
          int end = Math.min(shape.m(), row + ROWS);
          block.compute(row, end, 0, block.panels(), participant, local);
        }
      }
    }
  }

  // chunks of rows, in whole tiles

  int tiles() {
    return (shape.m() + TILE_ROWS - 1) / TILE_ROWS;
  }

  /** The first row of a chunk. Where chunks are small they end with a low tile, for evenness. */
  int firstRow(int chunk, int chunks) {
    boolean small = shape.m() < SMALL_CHUNK_TILES * TILE_ROWS * chunks;
    int step = small ? TILE_ROWS / 3 : TILE_ROWS;
    long steps = (shape.m() + step - 1) / step;
    return Math.min(shape.m(), (int) (chunk * steps / chunks) * step);
  }

  /** Into how many chunks the rows are cut at least. */
  int leastRowChunks() {
    return (shape.m() + ROWS - 1) / ROWS;
  }

  /** Into how many chunks the rows are cut, {@code wanted} if they are enough. */
  int rowChunks(int wanted) {
    return Math.max(leastRowChunks(), Math.min(tiles(), wanted));
  }

  /** Into how many chunks to cut work that takes so long. */
  int wantedChunks(double nanos) {
    return parallel.canShare(nanos) ? parallel.threads() * CHUNKS_PER_THREAD : 1;
  }
}
