package dev.tandem.cpu;

/** Threads take whole products of a batch; or one of them does a single product alone. */
final class MatmulByProduct implements Runnable, Parallel.Work {

  private final MatmulPlan plan;
  private final MatmulBlock[] blocks;
  private final long productsPerChunk;
  private final int chunks;
  private MatmulWorkspace workspace = new MatmulWorkspace();

  MatmulByProduct(MatmulPlan plan) {
    this.plan = plan;
    this.blocks = plan.blocks();
    long batches = plan.shape.batches();
    long wanted = Math.min(batches, (long) blocks.length * MatmulPlan.CHUNKS_PER_THREAD);
    this.productsPerChunk = (batches + wanted - 1) / wanted;
    this.chunks = (int) ((batches + productsPerChunk - 1) / productsPerChunk);
  }

  @Override
  public void run() {
    workspace = plan.shelf.take();
    workspace.ensure(0, blocks.length);
    plan.parallel.run(this, chunks, plan.nanos * plan.shape.batches());
    plan.shelf.give(workspace);
  }

  @Override
  public void begin(int participant) {
    workspace.locals[participant].ensurePanels(plan.panelFloats);
    plan.epilogue.begin(participant);
  }

  @Override
  public void run(int participant, int chunk) {
    MatmulWorkspace.Local local = workspace.locals[participant];
    MatmulBlock block = blocks[participant];
    long end = Math.min(plan.shape.batches(), (chunk + 1) * productsPerChunk);
    for (long batch = chunk * productsPerChunk; batch < end; batch++) {
      block.bind(plan.slots, batch, local.panels);
      plan.multiply(block, 0, plan.shape.k(), participant, local);
    }
  }
}
