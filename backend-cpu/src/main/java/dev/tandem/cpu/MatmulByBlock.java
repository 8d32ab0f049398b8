package dev.tandem.cpu;

import static dev.tandem.cpu.MatmulBlocking.COLUMNS;

/**
 * Threads work on one block of columns and of depth at a time: they pack its panels together, and
 * then each computes some of its columns, or of its rows.
 */
final class MatmulByBlock implements Runnable {

  /** Tiles of the rows of a chunk, at least, where threads share columns. */
  private static final int LEAST_TILES = 4;

  /** Of so many panels for each thread it does not matter that one thread has one more. */
  private static final int MANY_PANELS = 8;

  private final MatmulPlan plan;
  private final MatmulBlock block;
  private final Packing packing = new Packing();
  private final Computing computing = new Computing();
  private MatmulWorkspace workspace = new MatmulWorkspace();

  MatmulByBlock(MatmulPlan plan) {
    this.plan = plan;
    this.block = plan.block();
  }

  @Override
  public void run() {
    MatmulShape shape = plan.shape;
    workspace = plan.shelf.take();
    workspace.ensure(plan.panelFloats, plan.parallel.threads());
    for (long batch = 0; batch < shape.batches(); batch++) {
      block.bind(plan.slots, batch, workspace.panels);
      for (int column = 0; column < shape.n(); column += COLUMNS) {
        int columns = Math.min(COLUMNS, shape.n() - column);
        for (int depth = 0; depth < shape.k(); depth += plan.blockDepth) {
          block.select(column, columns, depth, Math.min(plan.blockDepth, shape.k() - depth));
          packing.share(columns);
          computing.share(columns);
        }
      }
    }
    plan.shelf.give(workspace);
  }

  private final class Packing implements Parallel.Work {

    private int chunks;

    void share(int columns) {
      if (!plan.direct) {
        chunks = Math.min(block.panels(), plan.parallel.threads() * MatmulPlan.CHUNKS_PER_THREAD);
        double nanos = MatmulPlan.PACKING_NANOS * columns * plan.blockDepth;
        plan.parallel.run(this, chunks, nanos);
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
      double nanos =
          plan.nanos * columns / plan.shape.n() * plan.blockDepth / plan.shape.k(); // of the block
      int threads = plan.parallel.threads();
      int wanted = plan.wantedChunks(nanos);
      if (plan.direct) { // each chunk packs its rows anew
        wanted = Math.min(wanted, 2 * threads);
      }
      if (wanted > 1 && isSharedByColumns(columns)) {
        int someTiles = (plan.tiles() + LEAST_TILES - 1) / LEAST_TILES;
        int most = plan.direct ? 1 : MatmulPlan.CHUNKS_PER_THREAD;
        rowChunks = Math.max(plan.leastRowChunks(), Math.min(most, someTiles));
        boolean whole = plan.streams || rowChunks > 1; // streams are the better for length
        columnChunks = whole ? threads : 2 * threads;
      } else {
        rowChunks = plan.rowChunks(wanted);
        columnChunks = (wanted + rowChunks - 1) / rowChunks;
      }
      columnChunks = Math.min(block.panels(), columnChunks);
      plan.parallel.run(this, rowChunks * columnChunks, nanos);
    }

    /**
     * Threads that share panels by columns compute with those that they have packed themselves, but
     * each packs all rows. Of a right operand that is read in place few rows are best left
     * together, since each pass over them reads all of it; but one that stays in L2 may be read
     * again where the panels cannot be shared out as evenly as rows.
     */
    private boolean isSharedByColumns(int columns) {
      int threads = plan.parallel.threads();
      long mostPanels = (block.panels() + threads - 1) / threads; // of one thread
      long mostTiles = (plan.tiles() + threads - 1) / threads;
      boolean evenly = mostPanels * plan.tiles() <= mostTiles * block.panels();
      boolean pays =
          plan.direct
              ? plan.streams || evenly
              : plan.shape.m() <= columns && (evenly || mostPanels >= MANY_PANELS);
      return block.panels() >= threads && pays;
    }

    @Override
    public void begin(int participant) {
      plan.epilogue.begin(participant);
    }

    @Override
    public void run(int participant, int chunk) {
      int rowChunk = chunk % rowChunks; // the first chunks, a thread's own, are the first columns
      int columnChunk = chunk / rowChunks;
      block.compute(
          plan.firstRow(rowChunk, rowChunks),
          plan.firstRow(rowChunk + 1, rowChunks),
          (int) ((long) columnChunk * block.panels() / columnChunks),
          (int) ((columnChunk + 1L) * block.panels() / columnChunks),
          participant,
          workspace.locals[participant]);
    }
  }
}
