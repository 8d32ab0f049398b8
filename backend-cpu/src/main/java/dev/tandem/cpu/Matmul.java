package dev.tandem.cpu;

import static dev.tandem.cpu.MatmulBlocking.COLUMNS;
import static dev.tandem.cpu.MatmulBlocking.DIRECT_UP_TO;
import static dev.tandem.cpu.MatmulBlocking.OWN_PANELS;
import static dev.tandem.cpu.MatmulBlocking.ROWS;
import static dev.tandem.cpu.MatmulBlocking.WIDTH;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;

/**
 * Matrix products by blocks, as in BLIS: for each block of columns and of depth the right operand
 * is packed into panels, then blocks of rows of the left operand are packed in turn and multiplied
 * with all panels, tile by tile. Beside few rows the right operand is read where it lies.
 *
 * <p>Threads pack panels together. Then each computes some of the columns, with the panels that it
 * has packed itself, since to fetch others from another core takes long; or some of the rows, if
 * the product is higher than wide. Where the panels are few each thread packs all of its own. A
 * batch of small products is shared out product by product instead. None of this changes the order
 * of any sum: the bits do not depend on the number of threads.
 */
final class Matmul implements PreparedKernel {

  // with so few rows it does not pay to pack a right operand; from L2, unless registers are few

  private static final int FEW_ROWS_FROM_MEMORY = 8;
  private static final int FEW_ROWS_FROM_L3 = 16;
  private static final int FEW_ROWS = Lanes.MANY_REGISTERS ? 128 : 8;

  /** A rough speed of one thread, in operations per nanosecond: two multiply-adds at 2.5 GHz. */
  static final double SPEED = 10.0 * Lanes.LANES;

  /** A batch of products that each take longer is worked on one product after another. */
  private static final double SMALL_NANOS = 50_000;

  private static final double PACKING_NANOS = 0.1;

  private static final int CHUNKS_PER_THREAD = 8;

  /** Tiles of the rows of a chunk, at least, where threads share columns. */
  private static final int LEAST_TILES = 4;

  /** Of so many panels for each thread it does not matter that one thread has one more. */
  private static final int MANY_PANELS = 8;

  /** So many times deeper than wide, or than high, a product is shared by depth. */
  private static final int DEEP = 4;

  /** Of so many blocks of depth for each thread neither. */
  private static final int MANY_BLOCKS = 4;

  /** Sums of all blocks of depth that are kept apart until they are added up, at most. */
  private static final int SUMS_APART = 1 << 22;

  /** A product so many times as wide as it is high has panels that only one thread should pack. */
  private static final int WIDE = 4;

  private final Slots slots;
  private final Parallel parallel;
  private final MatmulWorkspace.Shelf shelf;
  private final MatmulShape shape;
  private final MatmulEpilogue epilogue;
  private final boolean direct;
  private final int tileRows;
  private final boolean streams; // whether the right operand comes in place from beyond L2
  private final int blockDepth;
  private final int sliceDepth;
  private final int panelFloats;
  private final double nanos; // of one product

  private final Runnable work; // one of the ways to share it out
  private final Runnable alone; // the same where one product is too small to be shared

  private Matmul(Kernel.Matmul kernel, MatmulShape shape, Preparation preparation) {
    this.slots = preparation.slots();
    this.parallel = preparation.parallel();
    this.shelf = preparation.shelf();
    this.shape = shape;
    this.epilogue = new MatmulEpilogue(kernel, preparation);
    this.direct = isDirect(shape);
    this.tileRows = MatmulBlocking.tileRows(direct, shape.m());
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
    boolean shareProducts = shape.batches() > 1 && nanos < SMALL_NANOS;
    if (shareProducts) {
      this.work = new ByProduct();
    } else if (isSharedByDepth()) {
      this.work = new ByDepth(preparation);
    } else if (packsOwnPanels()) {
      this.work = new ByRows();
    } else {
      this.work = new ByBlock();
    }
    this.alone = shape.batches() == 1 ? new ByProduct() : work;
    epilogue.prepare(preparation, parallel.threads());
  }

  private int depthBlocks() {
    return (shape.k() + blockDepth - 1) / blockDepth;
  }

  /** Whether each thread does some of the depth: that is deep, and the product is small. */
  private boolean isSharedByDepth() {
    int threads = parallel.threads();
    boolean evenly = depthBlocks() % threads == 0 || depthBlocks() >= MANY_BLOCKS * threads;
    return threads > 1
        && depthBlocks() > 1
        && evenly
        && shape.k() >= DEEP * Math.min(shape.m(), shape.n())
        && (long) depthBlocks() * shape.m() * shape.n() <= SUMS_APART;
  }

  /**
   * Whether each thread packs all panels for itself: they are few, make a single block, and there
   * are rows enough for every thread.
   */
  private boolean packsOwnPanels() {
    return !direct
        && shape.n() <= WIDE * shape.m()
        && panelFloats <= OWN_PANELS
        && shape.n() <= COLUMNS
        && shape.k() <= blockDepth
        && tiles() >= parallel.threads();
  }

  /** Prepares a product in the way that suits its shape. */
  static PreparedKernel of(Kernel.Matmul kernel, Preparation preparation) {
    MatmulShape shape = MatmulShape.of(kernel);
    if (shape.k() == 0) {
      return SumlessMatmul.zero(kernel, preparation);
    }
    if (shape.k() == 1) {
      return SumlessMatmul.outer(kernel, preparation);
    }
    if (MatrixVector.suits(shape)) {
      return new MatrixVector(kernel, preparation);
    }
    if (FewRowsMatmul.suits(shape)) {
      return new FewRowsMatmul(kernel, shape, preparation);
    }
    if (StreamedMatmul.suits(shape)) {
      return new StreamedMatmul(kernel, shape, preparation);
    }
    return new Matmul(kernel, shape, preparation);
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

  @Override
  public void run() {
    if (parallel.canShare(nanos)) {
      work.run();
    } else {
      alone.run();
    }
  }

  @Override
  public double nanos() {
    return nanos * shape.batches();
  }

  /** Computes all of one product on this thread. */
  private void multiply(MatmulBlock block, int participant, MatmulWorkspace.Local local) {
    for (int column = 0; column < shape.n(); column += COLUMNS) {
      for (int depth = 0; depth < shape.k(); depth += blockDepth) {
        multiply(block, column, depth, participant, local);
      }
    }
  }

  /** Computes all rows of one block of columns and of depth. */
  private void multiply(
      MatmulBlock block, int column, int depth, int participant, MatmulWorkspace.Local local) {
    int columns = Math.min(COLUMNS, shape.n() - column);
    block.select(column, columns, depth, Math.min(blockDepth, shape.k() - depth));
    if (!direct) {
      block.pack(0, block.panels(), local);
    }
    for (int row = 0; row < shape.m(); row += ROWS) {
      int end = Math.min(shape.m(), row + ROWS);
      block.compute(row, end, 0, block.panels(), participant, local);
    }
  }

  /** A block for each thread. */
  private MatmulBlock[] blocks() {
    MatmulBlock[] blocks = new MatmulBlock[parallel.threads()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new MatmulBlock(shape, epilogue, direct, sliceDepth);
    }
    return blocks;
  }

  /** Threads take whole products of a batch. */
  private final class ByProduct implements Runnable, Parallel.Work {

    private final MatmulBlock[] blocks = blocks();
    private final long productsPerChunk;
    private final int chunks;
    private MatmulWorkspace workspace = new MatmulWorkspace();

    ByProduct() {
      long wanted = Math.min(shape.batches(), (long) blocks.length * CHUNKS_PER_THREAD);
      productsPerChunk = (shape.batches() + wanted - 1) / wanted;
      chunks = (int) ((shape.batches() + productsPerChunk - 1) / productsPerChunk);
    }

    @Override
    public void run() {
      workspace = shelf.take();
      workspace.ensure(0, parallel.threads());
      parallel.run(this, chunks, nanos());
      shelf.give(workspace);
    }

    @Override
    public void begin(int participant) {
      workspace.locals[participant].ensurePanels(panelFloats);
      epilogue.begin(participant);
    }

    @Override
    public void run(int participant, int chunk) {
      MatmulWorkspace.Local local = workspace.locals[participant];
      MatmulBlock block = blocks[participant];
      long end = Math.min(shape.batches(), (chunk + 1) * productsPerChunk);
      for (long batch = chunk * productsPerChunk; batch < end; batch++) {
        block.bind(slots, batch, local.panels);
        multiply(block, participant, local);
      }
    }
  }

  /**
   * Threads take blocks of depth of one product at a time, and nothing that they read or write is
   * another's. Their sums are added up in order, as they are where each is added to the product.
   */
  private final class ByDepth implements Runnable, Parallel.Work {

    private static final StripLoop ADDITION = FoldLoops.combination(ReduceOp.SUM);

    private final MatmulBlock[] blocks = blocks();
    private final MemorySegment[] sums; // of each block of depth
    private final Strip first = new Strip();
    private final Strip next = new Strip();
    private MatmulWorkspace workspace = new MatmulWorkspace();
    private long batch;

    ByDepth(Preparation preparation) {
      sums = preparation.parts(shape.m() * shape.n(), depthBlocks());
    }

    @Override
    public void run() {
      workspace = shelf.take();
      workspace.ensure(0, parallel.threads());
      for (batch = 0; batch < shape.batches(); batch++) {
        parallel.run(this, sums.length, nanos);
        addUp();
      }
      shelf.give(workspace);
    }

    private void addUp() {
      int elements = shape.m() * shape.n();
      first.bind(sums[0], 0);
      for (int block = 1; block < sums.length; block++) {
        next.bind(sums[block], 0);
        StripLoop.call(ADDITION, first, next, first, first, first, Lanes.wholeVectors(elements));
      }
      long start = epilogue.at(batch, 0, 0);
      MemorySegment.copy(sums[0], 0, epilogue.memory(), start, 4L * elements);
      epilogue.begin(0);
      epilogue.apply(0, batch, 0, shape.m(), 0, shape.n());
    }

    @Override
    public void begin(int participant) {
      workspace.locals[participant].ensurePanels(panelFloats);
    }

    @Override
    public void run(int participant, int chunk) {
      MatmulWorkspace.Local local = workspace.locals[participant];
      MatmulBlock block = blocks[participant];
      block.bind(slots, batch, local.panels);
      block.keepApart(sums[chunk]);
      for (int column = 0; column < shape.n(); column += COLUMNS) {
        multiply(block, column, chunk * blockDepth, participant, local);
      }
    }
  }

  /** Threads work on rows of one product at a time, each with packed panels of its own. */
  private final class ByRows implements Runnable, Parallel.Work {

    private final MatmulBlock[] blocks = blocks();

    /** What can be shared: everything but the packing of the panels, which each thread does. */
    private final double sharedNanos = nanos - PACKING_NANOS * shape.k() * shape.n();

    private final int chunks = rowChunks(wantedChunks(sharedNanos));
    private MatmulWorkspace workspace = new MatmulWorkspace();
    private long batch;

    @Override
    public void run() {
      workspace = shelf.take();
      workspace.ensure(0, parallel.threads());
      for (batch = 0; batch < shape.batches(); batch++) {
        parallel.run(this, chunks, sharedNanos);
      }
      shelf.give(workspace);
    }

    @Override
    public void begin(int participant) {
      MatmulWorkspace.Local local = workspace.locals[participant];
      MatmulBlock block = blocks[participant];
      local.ensurePanels(panelFloats);
      block.bind(slots, batch, local.panels);
      block.select(0, shape.n(), 0, shape.k());
      block.pack(0, block.panels(), local);
      epilogue.begin(participant);
    }

    @Override
    public void run(int participant, int chunk) {
      MatmulBlock block = blocks[participant];
      block.compute(
          firstRow(chunk, chunks),
          firstRow(chunk + 1, chunks),
          0,
          block.panels(),
          participant,
          workspace.locals[participant]);
    }
  }

  /** Into how many chunks to cut work that takes so long. */
  private int wantedChunks(double nanos) {
    return parallel.canShare(nanos) ? parallel.threads() * CHUNKS_PER_THREAD : 1;
  }

  /** Into how many chunks of whole tiles the rows are cut, {@code wanted} if they are enough. */
  private int rowChunks(int wanted) {
    return Math.max(leastRowChunks(), Math.min(tiles(), wanted));
  }

  private int leastRowChunks() {
    return (shape.m() + ROWS - 1) / ROWS;
  }

  private int tiles() {
    return (shape.m() + tileRows - 1) / tileRows;
  }

  private int firstRow(int chunk, int chunks) {
    return Math.min(shape.m(), (int) ((long) chunk * tiles() / chunks) * tileRows);
  }

  /** Threads work on one product at a time, sharing its packed right operand. */
  private final class ByBlock implements Runnable {

    private final MatmulBlock block = new MatmulBlock(shape, epilogue, direct, sliceDepth);
    private final Packing packing = new Packing();
    private final Computing computing = new Computing();
    private MatmulWorkspace workspace = new MatmulWorkspace();

    @Override
    public void run() {
      workspace = shelf.take();
      workspace.ensure(panelFloats, parallel.threads());
      for (long batch = 0; batch < shape.batches(); batch++) {
        block.bind(slots, batch, workspace.panels);
        for (int column = 0; column < shape.n(); column += COLUMNS) {
          int columns = Math.min(COLUMNS, shape.n() - column);
          for (int depth = 0; depth < shape.k(); depth += blockDepth) {
            block.select(column, columns, depth, Math.min(blockDepth, shape.k() - depth));
            packing.share(columns);
            computing.share(columns);
          }
        }
      }
      shelf.give(workspace);
    }

    /** The share of the whole time that a part with so many columns takes. */
    private double nanosOf(int columns) {
      return nanos * columns / shape.n() * blockDepth / shape.k();
    }

    private final class Packing implements Parallel.Work {

      private int chunks;

      void share(int columns) {
        if (!direct) {
          chunks = Math.min(block.panels(), parallel.threads() * CHUNKS_PER_THREAD);
          parallel.run(this, chunks, PACKING_NANOS * columns * blockDepth);
        }
      }

      @Override
      public void begin(int participant) {}

      @Override
      public void run(int participant, int chunk) {
        int first = (int) ((long) chunk * block.panels() / chunks);
        int end = (int) ((chunk + 1L) * block.panels() / chunks);
        block.pack(first, end, workspace.locals[participant]);
      }
    }

    private final class Computing implements Parallel.Work {

      private int rowChunks;
      private int columnChunks;

      void share(int columns) {
        double nanos = nanosOf(columns);
        int threads = parallel.threads();
        int wanted = wantedChunks(nanos);
        if (direct) { // each chunk packs its rows anew
          wanted = Math.min(wanted, 2 * threads);
        }
        if (wanted > 1 && isSharedByColumns(columns)) {
          int someTiles = (tiles() + LEAST_TILES - 1) / LEAST_TILES;
          int most = direct ? 1 : CHUNKS_PER_THREAD;
          rowChunks = Math.max(leastRowChunks(), Math.min(most, someTiles));
          boolean whole = streams || rowChunks > 1; // streams are the better for length
          columnChunks = whole ? threads : 2 * threads;
        } else {
          rowChunks = rowChunks(wanted);
          columnChunks = (wanted + rowChunks - 1) / rowChunks;
        }
        columnChunks = Math.min(block.panels(), columnChunks);
        parallel.run(this, rowChunks * columnChunks, nanos);
      }

      /**
       * Threads that share panels by columns compute with those that they have packed themselves,
       * but each packs all rows. Of a right operand that is read in place few rows are best left
       * together, since each pass over them reads all of it; but one that stays in L2 may be read
       * again where the panels cannot be shared out as evenly as rows.
       */
      private boolean isSharedByColumns(int columns) {
        int threads = parallel.threads();
        long mostPanels = (block.panels() + threads - 1) / threads; // of one thread
        long mostTiles = (tiles() + threads - 1) / threads;
        boolean evenly = mostPanels * tiles() <= mostTiles * block.panels();
        boolean pays =
            direct
                ? streams || evenly
                : shape.m() <= columns && (evenly || mostPanels >= MANY_PANELS);
        return block.panels() >= threads && pays;
      }

      @Override
      public void begin(int participant) {
        epilogue.begin(participant);
      }

      @Override
      public void run(int participant, int chunk) {
        int rowChunk = chunk % rowChunks; // the first chunks, a thread's own, are the first columns
        int columnChunk = chunk / rowChunks;
        block.compute(
            firstRow(rowChunk, rowChunks),
            firstRow(rowChunk + 1, rowChunks),
            (int) ((long) columnChunk * block.panels() / columnChunks),
            (int) ((columnChunk + 1L) * block.panels() / columnChunks),
            participant,
            workspace.locals[participant]);
      }
    }
  }
}
