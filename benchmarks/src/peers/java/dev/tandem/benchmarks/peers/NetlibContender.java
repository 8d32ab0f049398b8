package dev.tandem.benchmarks.peers;

import dev.ludovic.netlib.blas.JavaBLAS;
import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Work;
import org.jspecify.annotations.Nullable;

/**
 * netlib's BLAS in Java, which uses the Vector API where it finds it (VectorBLAS). It counts
 * columns first, so it is given the transposed problem: the right input comes first.
 */
public final class NetlibContender implements Contender {

  private static final double MOST_WORK = 2e10;

  /** For the service loader. */
  public NetlibContender() {}

  @Override
  public String name() {
    return "netlib";
  }

  @Override
  public @Nullable String unavailable() {
    String found = JavaBLAS.getInstance().getClass().getSimpleName();
    return found.equals("VectorBLAS")
        ? null
        : "it found no Vector API and offers %s; start java with --add-modules jdk.incubator.vector"
            .formatted(found);
  }

  @Override
  public boolean usesThreads() {
    return false;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return problem.cost().work() > MOST_WORK
        ? "it would take seconds"
        : OpenBlasContender.onlyProducts(problem);
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    if (problem instanceof Product product) {
      return new Products(product, inputs, new float[product.batch() * product.m() * product.n()]);
    }
    throw new IllegalArgumentException(OpenBlasContender.onlyProducts(problem));
  }

  private record Products(Product product, float[][] inputs, float[] values) implements Work {

    @Override
    public Object run() {
      JavaBLAS blas = JavaBLAS.getInstance();
      int m = product.m();
      int k = product.k();
      int n = product.n();
      boolean leftTransposed = product.form() == Product.Form.TN;
      boolean rightTransposed = product.form() == Product.Form.NT;
      for (int i = 0; i < product.batch(); i++) {
        blas.sgemm(
            rightTransposed ? "T" : "N",
            leftTransposed ? "T" : "N",
            n,
            m,
            k,
            1,
            inputs[1],
            i * k * n,
            rightTransposed ? k : n,
            inputs[0],
            i * m * k,
            leftTransposed ? m : k,
            0,
            values,
            i * m * n,
            n);
      }
      return values;
    }

    @Override
    public float[] result() {
      run();
      return values;
    }
  }
}
