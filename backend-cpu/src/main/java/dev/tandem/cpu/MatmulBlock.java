package dev.tandem.cpu;

import static dev.tandem.cpu.Lanes.LANES;
import static dev.tandem.cpu.MatmulBlocking.START;
import static dev.tandem.cpu.MatmulBlocking.TILE_ROWS;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;

import java.lang.foreign.MemorySegment;

/**
 * The part of a product that is being worked on: some columns of the result and some of the depth.
 * Threads that share a block each compute some of its rows and panels from the same packed right
 * operand.
 */
final class MatmulBlock {

  private final MatmulShape shape;
  private final MatmulEpilogue epilogue;
  private final boolean direct; // whether the right operand is read where it lies
  private final int sliceDepth; // how deep the block is worked on at a time

  // the block
  private long batch;
  private int firstColumn;
  private int columns;
  private int firstDepth;
  private int depth;

  // the sums
  private MemorySegment sums = MemorySegment.NULL;
  private long firstSum; // the byte where they begin
  private boolean apart; // whether they are of one block of depth only

  // the operands
  private MemorySegment left = MemorySegment.NULL;
  private MemorySegment right = MemorySegment.NULL;
  private float[] panels = {};

  @SuppressWarnings("unused") // but for where it lies
  private final byte[] margin = CacheLines.margin();

  MatmulBlock(MatmulShape shape, MatmulEpilogue epilogue, boolean direct, int sliceDepth) {
    this.shape = shape;
    this.epilogue = epilogue;
    this.direct = direct;
    this.sliceDepth = sliceDepth;
  }

  /** Turns to another product. */
  void bind(Slots slots, long batch, float[] panels) {
    this.batch = batch;
    this.left = slots.segments[shape.left().slot()];
    this.right = slots.segments[shape.right().slot()];
    this.panels = panels;
    this.sums = epilogue.memory();
    this.firstSum = epilogue.at(batch, 0, 0);
    this.apart = false;
  }

  /** Keeps the sums of the next block of depth apart from the product, as dense as that. */
  void keepApart(MemorySegment sums) {
    this.sums = sums;
    this.firstSum = 0;
    this.apart = true;
  }

  /** Turns to another part of the product. */
  void select(int firstColumn, int columns, int firstDepth, int depth) {
    this.firstColumn = firstColumn;
    this.columns = columns;
    this.firstDepth = firstDepth;
    this.depth = depth;
  }

  /** How many panels the columns make. */
  int panels() {
    return (columns + WIDTH - 1) / WIDTH;
  }

  private int columnsOf(int panel) {
    return Math.min(WIDTH, columns - panel * WIDTH);
  }

  /** Packs some panels of the right operand, for all threads. */
  void pack(int firstPanel, int endPanel, MatmulWorkspace.Local local) {
    MatmulShape.Matrix matrix = shape.right();
    int panel = firstPanel;
    if (matrix.columnStep() == 1) {
      int whole = Math.max(0, Math.min(endPanel, columns / WIDTH) - firstPanel);
      MatmulPanels.copyPanels(
          right,
          matrix.at(batch, firstDepth, firstColumn + firstPanel * WIDTH),
          4L * matrix.rowStep(),
          depth,
          whole,
          panels,
          MatmulBlocking.panelStart(firstPanel, depth),
          MatmulBlocking.panelSize(depth));
      panel += whole;
    }
    for (; panel < endPanel; panel++) {
      MatmulPanels.packRight(
          right,
          matrix.at(batch, firstDepth, firstColumn + panel * WIDTH),
          matrix.rowStep(),
          matrix.columnStep(),
          depth,
          columnsOf(panel),
          panels,
          MatmulBlocking.panelStart(panel, depth),
          local.square);
    }
  }

  /**
   * Computes some rows of some panels, {@link MatmulBlocking#ROWS} rows at most, and applies the
   * epilogue when the sums are complete.
   */
  void compute(
      int firstRow,
      int endRow,
      int firstPanel,
      int endPanel,
      int participant,
      MatmulWorkspace.Local local) {
    int endDepth = firstDepth + depth;
    for (int p = firstDepth; p < endDepth; p += sliceDepth) {
      int deep = Math.min(sliceDepth, endDepth - p);
      MatmulPacking.packLeft(
          left,
          shape.left(),
          shape.left().at(batch, firstRow, p),
          endRow - firstRow,
          deep,
          TILE_ROWS,
          local);
      if (direct) {
        computeDirect(firstRow, endRow, firstPanel, endPanel, p, deep, local);
      } else {
        computePacked(firstRow, endRow, firstPanel, endPanel, local);
      }
    }
    if (endDepth == shape.k() && !apart) {
      int endColumn = Math.min(columns, endPanel * WIDTH);
      epilogue.apply(
          participant,
          batch,
          firstRow,
          endRow,
          firstColumn + firstPanel * WIDTH,
          firstColumn + endColumn);
    }
  }

  /**
   * Goes down each panel, which then stays in L1; or, where all panels stay in L2 and the product
   * does not, along each band of the product: memory takes what is written along few rows faster
   * than what is written down many.
   */
  private void computePacked(
      int firstRow, int endRow, int firstPanel, int endPanel, MatmulWorkspace.Local local) {
    boolean shallow = 4L * depth * (endPanel - firstPanel) * WIDTH <= MatmulBlocking.L2_BYTES / 2;
    boolean large = 4L * shape.m() * shape.n() > MatmulBlocking.L2_BYTES;
    int abreast = MatmulPacking.abreast(shape.left().columnStep(), depth);
    int tilesBefore = 0;
    int endOfBand;
    for (int band = firstRow; band < endRow; band = endOfBand) {
      endOfBand = shallow && large ? band + MatmulBlocking.tileRows(endRow - band) : endRow;
      for (int panel = firstPanel; panel < endPanel; panel++) {
        int from = MatmulBlocking.panelStart(panel, depth);
        int width = columnsOf(panel);
        int rows;
        for (int tile = tilesBefore, row = band; row < endOfBand; tile++, row += rows) {
          rows = MatmulBlocking.tileRows(endRow - row);
          MatmulKernel.run(
              local.tileAndBlock,
              MatmulPacking.leftTile(tile, row - firstRow, TILE_ROWS, abreast, depth),
              panels,
              from,
              depth,
              rows,
              width <= LANES,
              local.tileAndBlock);
          store(local.tileAndBlock, START, firstDepth, row, rows, panel, width);
        }
      }
      tilesBefore++; // of bands of one tile
    }
  }

  private void computeDirect(
      int firstRow,
      int endRow,
      int firstPanel,
      int endPanel,
      int p,
      int depth,
      MatmulWorkspace.Local local) {
    MatmulShape.Matrix matrix = shape.right();
    int abreast = MatmulPacking.abreast(shape.left().columnStep(), depth);
    for (int panel = firstPanel; panel < endPanel; panel++) {
      int width = columnsOf(panel);
      // of less than a vector, the tile begins that much earlier
      int early = Math.max(0, LANES - width);
      long second = 4L * Math.max(0, width - LANES);
      long from = matrix.at(batch, p, firstColumn + panel * WIDTH - early);
      int rows;
      for (int tile = 0, row = firstRow; row < endRow; tile++, row += rows) {
        rows = MatmulBlocking.tileRows(endRow - row);
        DirectMatmulKernel.run(
            local.tileAndBlock,
            MatmulPacking.leftTile(tile, row - firstRow, TILE_ROWS, abreast, depth),
            right,
            from,
            4L * matrix.rowStep(),
            depth,
            rows,
            second,
            local.tileAndBlock);
        store(local.tileAndBlock, START + early, p, row, rows, panel, width);
      }
    }
  }

  /** Stores a tile of sums that begin at a depth. */
  private void store(float[] tile, int at, int p, int row, int rows, int panel, int width) {
    int column = firstColumn + panel * WIDTH;
    MatmulTile.store(
        tile,
        at,
        p > (apart ? firstDepth : 0),
        sums,
        firstSum + 4L * row * shape.n() + 4L * column,
        4L * shape.n(),
        rows,
        width);
  }
}
