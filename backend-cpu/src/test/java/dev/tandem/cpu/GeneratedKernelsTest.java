package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.backend.BackendOptions;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.ExpressionBuilder;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels are made in the background, once, and only good ones. */
class GeneratedKernelsTest {

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int ELEMENTS = 1024;
  private static final int RUNS = 100;
  private static final int TRIES = 2000;
  private static final int PAUSE_MILLIS = 5;

  private static final GeneratedKernel IDLE = (operands, n) -> {};
  private static final Expression CHAIN = chain(3, BinaryOp.ADD);

  private static Expression chain(int length, BinaryOp... ops) {
    ExpressionBuilder builder = new ExpressionBuilder(2, 1);
    int last = 0;
    for (int i = 0; i < length; i++) {
      last = builder.binary(ops[i % ops.length], last, 1 + i % 2);
    }
    return builder.results(last);
  }

  /** What fills a kernel up to its capacity, in different ways; and Adam's update. */
  static Stream<Expression> largest() {
    int capacity = GeneratedOperators.CAPACITY;
    return Stream.of(
        chain(capacity, BinaryOp.ADD, BinaryOp.MUL),
        chain(capacity, BinaryOp.MAXIMUM, BinaryOp.DIV),
        chain(capacity / 3, BinaryOp.LT, BinaryOp.GE),
        adam());
  }

  private static Expression adam() {
    ExpressionBuilder builder = new ExpressionBuilder(4, 6);
    int w = 0;
    int m = 1;
    int v = 2;
    int g = 3;
    int difference = builder.binary(BinaryOp.SUB, g, m);
    int scaled = builder.binary(BinaryOp.MUL, difference, builder.scalar(0));
    int mean = builder.binary(BinaryOp.ADD, m, scaled);
    int kept = builder.binary(BinaryOp.MUL, v, builder.scalar(1));
    int part = builder.binary(BinaryOp.MUL, g, builder.scalar(2));
    int square = builder.binary(BinaryOp.ADD, kept, builder.binary(BinaryOp.MUL, part, g));
    int root = builder.binary(BinaryOp.DIV, builder.unary(UnaryOp.SQRT, square), builder.scalar(3));
    int divisor = builder.binary(BinaryOp.ADD, root, builder.scalar(4));
    int step = builder.binary(BinaryOp.MUL, mean, builder.scalar(5));
    int change = builder.binary(BinaryOp.DIV, step, divisor);
    return builder.results(builder.binary(BinaryOp.SUB, w, change), mean, square);
  }

  @ParameterizedTest
  @MethodSource("largest")
  void aWarmKernelMakesNoGarbage(Expression code) throws InterruptedException {
    GeneratedKernel kernel = GeneratedCode.compile(code);
    Strip[] operands = new Strip[code.inputs() + code.scalars() + code.results().size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = new Strip(Arena.ofAuto().allocate(4 * ELEMENTS, 64), 0, false);
    }
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < TRIES && allocated > 0; tries++) {
      if (tries > RUNS) {
        Thread.sleep(PAUSE_MILLIS); // the compiler may be busy
      }
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int run = 0; run < RUNS; run++) {
        kernel.run(operands, ELEMENTS);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated / RUNS).as("bytes per run").isZero();
  }

  @Test
  void aKernelThatMakesGarbageDoesNotPass() throws InterruptedException {
    byte[][] garbage = new byte[1][];
    GeneratedKernel kernel = (operands, n) -> garbage[0] = new byte[n];
    assertThat(new GeneratedProof(CHAIN, kernel).succeeds(Duration.ofSeconds(1).toNanos()))
        .isFalse();
    assertThat(garbage[0]).isNotNull();
  }

  @Test
  void aKernelThatIsSlowDoesNotPass() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    GeneratedKernel kernel =
        (operands, n) -> {
          for (int i = 0; i < 100 * n; i++) {
            calls.getAndIncrement();
          }
        };
    assertThat(new GeneratedProof(CHAIN, kernel).succeeds(Duration.ofSeconds(1).toNanos()))
        .isFalse();
    assertThat(calls.get()).isNotZero();
  }

  @Test
  void anIdleKernelPasses() throws InterruptedException {
    assertThat(new GeneratedProof(CHAIN, IDLE).succeeds(Duration.ofMinutes(1).toNanos())).isTrue();
  }

  @Test
  void theSameComputationIsMadeOnce() {
    AtomicInteger made = new AtomicInteger();
    try (GeneratedKernels kernels =
        new GeneratedKernels(
            code -> {
              made.getAndIncrement();
              return IDLE;
            },
            0)) {
      GeneratedKernels.Request first = kernels.request(CHAIN);
      GeneratedKernels.Request second = kernels.request(chain(3, BinaryOp.ADD));
      assertThat(second).isSameAs(first);
      while (!first.isAnswered()) {
        Thread.onSpinWait();
      }
      assertThat(first.kernel()).isSameAs(IDLE);
      assertThat(made).hasValue(1);
    }
  }

  @Test
  void aSourceThatFailsRefuses() {
    try (GeneratedKernels kernels = new GeneratedKernels(code -> null, 0)) {
      GeneratedKernels.Request request = kernels.request(CHAIN);
      while (!request.isAnswered()) {
        Thread.onSpinWait();
      }
      assertThat(request.kernel()).isNull();
    }
  }

  @Test
  void closingTheBackendStopsTheThread() throws InterruptedException {
    CompletableFuture<Thread> maker = new CompletableFuture<>();
    GeneratedKernels kernels =
        new GeneratedKernels(
            code -> {
              maker.complete(Thread.currentThread());
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
              return null;
            },
            0);
    CpuBackend backend = new CpuBackend(BackendOptions.DEFAULT, kernels);
    backend.generated().request(CHAIN);
    Thread thread = maker.join();
    assertThat(thread.isDaemon()).isTrue();
    backend.close();
    assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
    assertThat(kernels.request(chain(4, BinaryOp.SUB)).isAnswered()).isTrue();
  }

  @Test
  void aPropertyTurnsThemOff() {
    System.setProperty(GeneratedKernels.PROPERTY, "false");
    try (GeneratedKernels kernels = new GeneratedKernels()) {
      assertThat(kernels.isOff()).isTrue();
    } finally {
      System.clearProperty(GeneratedKernels.PROPERTY);
    }
    try (GeneratedKernels kernels = new GeneratedKernels()) {
      assertThat(kernels.isOff()).isFalse();
    }
  }

  @Test
  void aProofCanBeStopped() {
    Thread.currentThread().interrupt();
    assertThat(GeneratedProof.proven(CHAIN)).isNull();
    assertThat(Thread.interrupted()).isTrue();
  }
}
