package dev.tandem.benchmarks.peers;

import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Work;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.jspecify.annotations.Nullable;

/** OpenBLAS from bytedeco's build, with the kernels it chooses itself. */
public final class OpenBlasContender implements Contender {

  /** For the service loader. */
  public OpenBlasContender() {}

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public @Nullable String unavailable() {
    return platformObstacle();
  }

  /** Looks for the library without loading it: once loaded, its kernels are chosen. */
  static @Nullable String platformObstacle() {
    String library =
        "/org/bytedeco/openblas/" + Loader.Detector.getPlatform() + "/libjniopenblas.so";
    return OpenBlasContender.class.getResource(library) == null
        ? "its native library was built in for Linux on x86-64 only"
        : null;
  }

  @Override
  public boolean usesThreads() {
    return true;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return onlyProducts(problem);
  }

  static @Nullable String onlyProducts(Problem problem) {
    return problem instanceof Product ? null : "it has products only";
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    openblas.blas_set_num_threads(threads);
    if (problem instanceof Product product) {
      return new OpenBlasProduct(product, inputs);
    }
    throw new IllegalArgumentException(onlyProducts(problem));
  }
}
