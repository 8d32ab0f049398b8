package dev.tandem.benchmarks.contest;

/** Matrix products as in a textbook: a sum for each element of the result. */
final class NaiveProduct {

  private NaiveProduct() {}

  static void run(Product product, float[] a, float[] b, float[] c) {
    int m = product.m();
    int k = product.k();
    int n = product.n();
    for (int matrix = 0; matrix < product.batch(); matrix++) {
      int left = matrix * m * k;
      int right = matrix * k * n;
      int result = matrix * m * n;
      switch (product.form()) {
        case NN -> plain(m, k, n, a, left, b, right, c, result);
        case NT -> rightTransposed(m, k, n, a, left, b, right, c, result);
        case TN -> leftTransposed(m, k, n, a, left, b, right, c, result);
      }
    }
  }

  private static void plain(
      int m, int k, int n, float[] a, int left, float[] b, int right, float[] c, int result) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a[left + i * k + p] * b[right + p * n + j];
        }
        c[result + i * n + j] = sum;
      }
    }
  }

  /** {@code b} is stored as {@code [n, k]}. */
  static void rightTransposed(
      int m, int k, int n, float[] a, int left, float[] b, int right, float[] c, int result) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a[left + i * k + p] * b[right + j * k + p];
        }
        c[result + i * n + j] = sum;
      }
    }
  }

  /** {@code a} is stored as {@code [k, m]}. */
  private static void leftTransposed(
      int m, int k, int n, float[] a, int left, float[] b, int right, float[] c, int result) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a[left + p * m + i] * b[right + p * n + j];
        }
        c[result + i * n + j] = sum;
      }
    }
  }
}
