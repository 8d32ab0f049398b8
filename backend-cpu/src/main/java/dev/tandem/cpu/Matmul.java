package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;

/**
 * Matrix products by blocks, as in BLIS: for each block of columns and of depth the right operand
 * is packed into panels, then blocks of rows of the left operand are packed in turn and multiplied
 * with all panels, tile by tile. Beside few rows the right operand is read where it lies.
 *
 * <p>How threads share the work depends on the shape: by whole products of a batch ({@link
 * MatmulByProduct}), by depth ({@link MatmulByDepth}), by rows ({@link MatmulByRows}), or block by
 * block ({@link MatmulByBlock}). None of this changes the order of any sum: the bits do not depend
 * on the number of threads.
 */
final class Matmul implements PreparedKernel {

  /** A batch of products that each take longer is worked on one product after another. */
  private static final double SMALL_NANOS = 50_000;

  /** A product that takes longer is certainly worth sharing, if it can be. */
  private static final double NANOS_BEYOND_DOUBT = 25_000;

  private final MatmulPlan plan;
  private final Runnable work; // one of the ways to share it out
  private final Runnable alone; // the same where one product is too small to be shared
  private final SharingTrial trial; // for one that is neither clearly small nor large

  private Matmul(MatmulPlan plan, Preparation preparation) {
    this.plan = plan;
    if (plan.shape.batches() > 1 && plan.nanos < SMALL_NANOS) {
      this.work = new MatmulByProduct(plan);
    } else if (MatmulByDepth.suits(plan)) {
      this.work = new MatmulByDepth(plan, preparation);
    } else if (MatmulByRows.suits(plan)) {
      this.work = new MatmulByRows(plan);
    } else {
      this.work = new MatmulByBlock(plan);
    }
    this.alone = plan.shape.batches() == 1 ? new MatmulByProduct(plan) : work;
    this.trial = new SharingTrial(plan.parallel::wake, System::nanoTime);
    plan.epilogue.prepare(preparation, plan.parallel.threads());
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
    if (DotMatmul.suits(shape)) {
      return new DotMatmul(kernel, shape, preparation);
    }
    if (StreamedMatmul.suits(shape)) {
      return new StreamedMatmul(kernel, shape, preparation);
    }
    return new Matmul(new MatmulPlan(kernel, shape, preparation), preparation);
  }

  @Override
  public void run() {
    if (!plan.parallel.canShare(plan.nanos)) {
      alone.run();
    } else if (plan.nanos > NANOS_BEYOND_DOUBT || alone == work) {
      work.run();
    } else {
      (trial.shares() ? work : alone).run();
      trial.end();
    }
  }

  @Override
  public double nanos() {
    return plan.nanos * plan.shape.batches();
  }
}
