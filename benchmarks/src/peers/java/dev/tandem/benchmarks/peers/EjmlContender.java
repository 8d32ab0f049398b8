package dev.tandem.benchmarks.peers;

import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Work;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.jspecify.annotations.Nullable;

/** EJML's dense float matrices; it chooses by size how to multiply and whether to use threads. */
public final class EjmlContender implements Contender {

  private static final double MOST_WORK = 2.2e9;

  /** For the service loader. */
  public EjmlContender() {}

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public boolean usesThreads() {
    return true;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return problem.cost().work() > MOST_WORK
        ? "it would take seconds"
        : OpenBlasContender.onlyProducts(problem);
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    EjmlConcurrency.USE_CONCURRENT = threads > 1;
    EjmlConcurrency.setMaxThreads(threads);
    if (problem instanceof Product product) {
      return new Products(product, inputs);
    }
    throw new IllegalArgumentException(OpenBlasContender.onlyProducts(problem));
  }

  private static final class Products implements Work {

    private final Product product;
    private final FMatrixRMaj[] left;
    private final FMatrixRMaj[] right;
    private final FMatrixRMaj[] results;

    Products(Product product, float[][] inputs) {
      this.product = product;
      left = matrices(product.batch(), product.leftShape(), inputs[0]);
      right = matrices(product.batch(), product.rightShape(), inputs[1]);
      float[] zeros = new float[product.batch() * product.m() * product.n()];
      results = matrices(product.batch(), new int[] {product.m(), product.n()}, zeros);
    }

    private static FMatrixRMaj[] matrices(int batch, int[] shape, float[] values) {
      int rows = shape[shape.length - 2];
      int columns = shape[shape.length - 1];
      FMatrixRMaj[] matrices = new FMatrixRMaj[batch];
      for (int i = 0; i < batch; i++) {
        matrices[i] = new FMatrixRMaj(rows, columns);
        System.arraycopy(values, i * rows * columns, matrices[i].data, 0, rows * columns);
      }
      return matrices;
    }

    @Override
    public Object run() {
      for (int i = 0; i < results.length; i++) {
        switch (product.form()) {
          case NN -> CommonOps_FDRM.mult(left[i], right[i], results[i]);
          case NT -> CommonOps_FDRM.multTransB(left[i], right[i], results[i]);
          case TN -> CommonOps_FDRM.multTransA(left[i], right[i], results[i]);
        }
      }
      return results;
    }

    @Override
    public float[] result() {
      run();
      int each = product.m() * product.n();
      float[] values = new float[results.length * each];
      for (int i = 0; i < results.length; i++) {
        System.arraycopy(results[i].data, 0, values, i * each, each);
      }
      return values;
    }
  }
}
