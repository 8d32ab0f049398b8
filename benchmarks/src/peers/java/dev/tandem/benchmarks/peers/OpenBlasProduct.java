package dev.tandem.benchmarks.peers;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas.cblas_sgemv;

import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Work;
import org.bytedeco.javacpp.FloatPointer;

/** Products by sgemm, or by sgemv where one side is a vector. Everything is in native memory. */
final class OpenBlasProduct implements Work {

  private final Product product;
  private final FloatPointer left;
  private final FloatPointer right;
  private final FloatPointer result;
  private final FloatPointer[] views; // of a batch: left, right, result of each product

  OpenBlasProduct(Product product, float[][] inputs) {
    this.product = product;
    left = new FloatPointer(inputs[0]);
    right = new FloatPointer(inputs[1]);
    int values = product.m() * product.n();
    result = new FloatPointer((long) product.batch() * values);
    views = new FloatPointer[3 * product.batch()];
    for (int i = 0; i < product.batch(); i++) {
      views[3 * i] = new FloatPointer(left.position((long) i * product.m() * product.k()));
      views[3 * i + 1] = new FloatPointer(right.position((long) i * product.k() * product.n()));
      views[3 * i + 2] = new FloatPointer(result.position((long) i * values));
    }
    left.position(0);
    right.position(0);
    result.position(0);
  }

  @Override
  public Object run() {
    for (int i = 0; i < views.length; i += 3) {
      multiply(views[i], views[i + 1], views[i + 2]);
    }
    return result;
  }

  private void multiply(FloatPointer a, FloatPointer b, FloatPointer c) {
    int m = product.m();
    int k = product.k();
    int n = product.n();
    boolean leftTransposed = product.form() == Product.Form.TN;
    boolean rightTransposed = product.form() == Product.Form.NT;
    if (n == 1) {
      vector(leftTransposed, leftTransposed ? k : m, leftTransposed ? m : k, a, b, c);
    } else if (m == 1) {
      vector(!rightTransposed, rightTransposed ? n : k, rightTransposed ? k : n, b, a, c);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          leftTransposed ? CblasTrans : CblasNoTrans,
          rightTransposed ? CblasTrans : CblasNoTrans,
          m,
          n,
          k,
          1,
          a,
          leftTransposed ? m : k,
          b,
          rightTransposed ? k : n,
          0,
          c,
          n);
    }
  }

  private static void vector(
      boolean transposed,
      int rows,
      int columns,
      FloatPointer matrix,
      FloatPointer vector,
      FloatPointer result) {
    int form = transposed ? CblasTrans : CblasNoTrans;
    cblas_sgemv(CblasRowMajor, form, rows, columns, 1, matrix, columns, vector, 1, 0, result, 1);
  }

  @Override
  public float[] result() {
    run();
    float[] values = new float[product.batch() * product.m() * product.n()];
    result.get(values);
    return values;
  }

  @Override
  public void close() {
    left.close();
    right.close();
    result.close();
  }
}
