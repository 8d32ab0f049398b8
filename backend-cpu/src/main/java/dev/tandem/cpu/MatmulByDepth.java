package dev.tandem.cpu;

import dev.tandem.schedule.ReduceOp;
import java.lang.foreign.MemorySegment;

/**
 * Threads take blocks of depth of one product at a time, and nothing that they read or write is
 * another's. The sums of each block are kept apart and added up at the end, in the order in which
 * one thread adds them to the product.
 */
final class MatmulByDepth implements Runnable, Parallel.Work {

  /** So many times deeper than wide, or than high, a product is worth it. */
  private static final int DEEP = 4;

  /** Of so many blocks for each thread it does not matter that one thread has one more. */
  private static final int MANY_BLOCKS = 4;

  /** Sums that are kept apart, at most. */
  private static final int SUMS_APART = 1 << 22;

  private static final StripLoop ADDITION = FoldLoops.combination(ReduceOp.SUM);

  private final MatmulPlan plan;
  private final MatmulBlock[] blocks;
  private final MemorySegment[] sums; // of each block of depth
  private final Strip first = new Strip();
  private final Strip next = new Strip();
  private MatmulWorkspace workspace = new MatmulWorkspace();
  private long batch;

  MatmulByDepth(MatmulPlan plan, Preparation preparation) {
    this.plan = plan;
    this.blocks = plan.blocks();
    this.sums = preparation.parts(plan.shape.m() * plan.shape.n(), plan.depthBlocks());
  }

  /** Whether a product is deep and small. */
  static boolean suits(MatmulPlan plan) {
    MatmulShape shape = plan.shape;
    int threads = plan.parallel.threads();
    int blocks = plan.depthBlocks();
    boolean evenly = blocks % threads == 0 || blocks >= MANY_BLOCKS * threads;
    return threads > 1
        && blocks > 1
        && evenly
        && shape.k() >= DEEP * Math.min(shape.m(), shape.n())
        && (long) blocks * shape.m() * shape.n() <= SUMS_APART;
  }

  @Override
  public void run() {
    workspace = plan.shelf.take();
    workspace.ensure(0, blocks.length);
    for (batch = 0; batch < plan.shape.batches(); batch++) {
      plan.parallel.run(this, sums.length, plan.nanos);
      addUp();
    }
    plan.shelf.give(workspace);
  }

  @Override
  public void begin(int participant) {
    workspace.locals[participant].ensurePanels(plan.panelFloats);
  }

  @Override
  public void run(int participant, int chunk) {
    MatmulWorkspace.Local local = workspace.locals[participant];
    MatmulBlock block = blocks[participant];
    block.bind(plan.slots, batch, local.panels);
    block.keepApart(sums[chunk]);
    int first = chunk * plan.blockDepth;
    int end = Math.min(plan.shape.k(), first + plan.blockDepth);
    plan.multiply(block, first, end, participant, local);
  }

  private void addUp() {
    MatmulShape shape = plan.shape;
    MatmulEpilogue epilogue = plan.epilogue;
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
}
