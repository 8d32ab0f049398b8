package dev.tandem.benchmarks.peers;

import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Work;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * OpenBLAS told to use its AVX-512 kernels, which it does not always do by itself on AMD
 * processors. Only one of the two OpenBLAS contenders can work in a process, as the choice is made
 * when the library is loaded.
 */
public final class OpenBlasAvx512Contender implements Contender {

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  /** For the service loader. */
  public OpenBlasAvx512Contender() {}

  @Override
  public String name() {
    return "openblas-avx512";
  }

  @Override
  public @Nullable String unavailable() {
    String obstacle = OpenBlasContender.platformObstacle();
    return obstacle != null || isAmdWithAvx512()
        ? obstacle
        : "only AMD processors with AVX-512 need to be told; openblas chooses well elsewhere";
  }

  private static boolean isAmdWithAvx512() {
    try {
      String facts = Files.readString(PROCESSOR);
      return facts.contains("AuthenticAMD") && facts.contains(" avx512f ");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean usesThreads() {
    return true;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return OpenBlasContender.onlyProducts(problem);
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    setEnvironment("OPENBLAS_CORETYPE", "SKYLAKEX");
    return new OpenBlasContender().prepare(problem, inputs, threads);
  }

  /** Java's own view of the environment is read-only, so this asks the C library. */
  @SuppressWarnings("restricted")
  private static void setEnvironment(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new IllegalStateException("setenv " + name + " failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv " + name + " failed", e);
    }
  }
}
