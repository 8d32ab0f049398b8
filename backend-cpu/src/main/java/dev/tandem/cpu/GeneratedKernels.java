package dev.tandem.cpu;

import dev.tandem.schedule.Expression;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the generated kernels of a backend, one after another in a thread of the background, and
 * keeps those that proved good for everybody who asks for the same computation.
 */
final class GeneratedKernels implements AutoCloseable {

  /** Set to {@code false} it leaves everything to the strips. */
  static final String PROPERTY = "tandem.cpu.generated";

  /**
   * A kernel is worth generating when the strips have taken this long for it: about what it costs.
   */
  private static final double WORTHWHILE_NANOS = 20_000_000;

  /** More are not made; each holds some kilobytes of compiled code. */
  private static final int MOST_KERNELS = 500;

  private static final int IDLE_SECONDS = 2;

  /** A wish for a kernel, fulfilled some time later or never. */
  static final class Request {

    private volatile @Nullable GeneratedKernel kernel;
    private volatile boolean refused;

    /** The kernel, if it is ready. */
    @Nullable GeneratedKernel kernel() {
      return kernel;
    }

    /** Whether it is decided that there is a kernel or none. */
    boolean isAnswered() {
      return kernel != null || refused;
    }
  }

  private final Function<Expression, @Nullable GeneratedKernel> source;
  private final double worthwhileNanos;
  private final GeneratedMeter.Gauge gauge;
  private final Map<Expression, Request> requests = new HashMap<>();
  private final ThreadPoolExecutor maker;

  /** Kernels for those computations that take their time. */
  GeneratedKernels() {
    this(
        GeneratedProof::proven,
        Boolean.parseBoolean(System.getProperty(PROPERTY, "true"))
            ? WORTHWHILE_NANOS
            : Double.POSITIVE_INFINITY);
  }

  /**
   * @param source makes a kernel that can be used at once, or null where there is none
   * @param worthwhileNanos the time that strips have to take first; infinite for no kernels at all
   */
  GeneratedKernels(Function<Expression, @Nullable GeneratedKernel> source, double worthwhileNanos) {
    this(source, worthwhileNanos, GeneratedMeter.GAUGE);
  }

  /**
   * @param gauge what the two forms are compared by
   */
  GeneratedKernels(
      Function<Expression, @Nullable GeneratedKernel> source,
      double worthwhileNanos,
      GeneratedMeter.Gauge gauge) {
    this.source = source;
    this.worthwhileNanos = worthwhileNanos;
    this.gauge = gauge;
    this.maker =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            GeneratedKernels::thread);
    maker.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "tandem-cpu-generator");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether there are to be no kernels. */
  boolean isOff() {
    return Double.isInfinite(worthwhileNanos);
  }

  /** How long strips have to take before a kernel is worth asking for. */
  double worthwhileNanos() {
    return worthwhileNanos;
  }

  /** What the two forms are compared by. */
  GeneratedMeter.Gauge gauge() {
    return gauge;
  }

  /** Asks for a kernel that computes an expression. */
  synchronized Request request(Expression code) {
    Request known = requests.get(code);
    if (known != null) {
      return known;
    }
    Request request = new Request();
    if (maker.isShutdown() || requests.size() >= MOST_KERNELS) {
      request.refused = true;
      return request;
    }
    requests.put(code, request);
    maker.execute(() -> make(code, request));
    return request;
  }

  private void make(Expression code, Request request) {
    try {
      request.kernel = source.apply(code);
    } finally {
      request.refused = request.kernel == null;
    }
  }

  /** Stops the thread. Kernels that are in use stay usable. */
  @Override
  public synchronized void close() {
    maker.shutdownNow();
  }
}
