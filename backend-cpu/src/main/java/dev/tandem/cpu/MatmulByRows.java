package dev.tandem.cpu;

/** Threads work on rows of one product at a time, each with packed panels of its own. */
final class MatmulByRows implements Runnable, Parallel.Work {

  /** A product so many times as wide as it is high has panels that only one thread should pack. */
  private static final int WIDE = 4;

  private final MatmulPlan plan;
  private final MatmulBlock[] blocks;

  /** What can be shared: everything but the packing of the panels, which each thread does. */
  private final double sharedNanos;

  private final int chunks;
  private MatmulWorkspace workspace = new MatmulWorkspace();
  private long batch;

  MatmulByRows(MatmulPlan plan) {
    this.plan = plan;
    this.blocks = plan.blocks();
    this.sharedNanos = plan.nanos - MatmulPlan.PACKING_NANOS * plan.shape.k() * plan.shape.n();
    this.chunks = plan.rowChunks(plan.wantedChunks(sharedNanos));
  }

  /** Whether panels are few and make a single block, and there are rows enough for every thread. */
  static boolean suits(MatmulPlan plan) {
    MatmulShape shape = plan.shape;
    return !plan.direct
        && shape.n() <= WIDE * shape.m()
        && plan.panelFloats <= MatmulBlocking.OWN_PANELS
        && shape.n() <= MatmulBlocking.COLUMNS
        && shape.k() <= plan.blockDepth
        && plan.tiles() >= plan.parallel.threads();
  }

  @Override
  public void run() {
    workspace = plan.shelf.take();
    workspace.ensure(0, blocks.length);
    for (batch = 0; batch < plan.shape.batches(); batch++) {
      plan.parallel.run(this, chunks, sharedNanos);
    }
    plan.shelf.give(workspace);
  }

  @Override
  public void begin(int participant) {
    MatmulWorkspace.Local local = workspace.locals[participant];
    MatmulBlock block = blocks[participant];
    local.ensurePanels(plan.panelFloats);
    block.bind(plan.slots, batch, local.panels);
    block.select(0, plan.shape.n(), 0, plan.shape.k());
    block.pack(0, block.panels(), local);
    plan.epilogue.begin(participant);
  }

  @Override
  public void run(int participant, int chunk) {
    MatmulBlock block = blocks[participant];
    block.compute(
        plan.firstRow(chunk, chunks),
        plan.firstRow(chunk + 1, chunks),
        0,
        block.panels(),
        participant,
        workspace.locals[participant]);
  }
}
