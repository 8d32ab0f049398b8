package dev.tandem.benchmarks.peers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.tandem.benchmarks.contest.AdamUpdate;
import dev.tandem.benchmarks.contest.Chain;
import dev.tandem.benchmarks.contest.Contender;
import dev.tandem.benchmarks.contest.OneOperation;
import dev.tandem.benchmarks.contest.Pointwise;
import dev.tandem.benchmarks.contest.Problem;
import dev.tandem.benchmarks.contest.Product;
import dev.tandem.benchmarks.contest.Reduction;
import dev.tandem.benchmarks.contest.TrainingStep;
import dev.tandem.benchmarks.contest.Work;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's CPU library through DJL: its operations one by one, as an eager program runs them, and
 * its automatic gradients. Each result is a new array and freed at once.
 */
public final class PyTorchContender implements Contender {

  /** For the service loader. */
  public PyTorchContender() {}

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public @Nullable String unavailable() {
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    boolean x86 = System.getProperty("os.arch", "").equals("amd64");
    return linux && x86 ? null : "its native library was built in for Linux on x86-64 only";
  }

  @Override
  public boolean usesThreads() {
    return true;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return problem.equals(new OneOperation(OneOperation.Stage.DESCRIBE))
        ? "it computes at once"
        : null;
  }

  /** The number of threads is read once in a process: that of the first problem holds. */
  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    return switch (problem) {
      case Product product -> new Operation(product(product, inputs, manager), false, manager);
      case Pointwise pointwise ->
          new Operation(pointwise(pointwise.function(), inputs, manager), false, manager);
      case Chain ignored ->
          new Operation(
              chain(manager.create(inputs[0]), manager.create(inputs[1])), false, manager);
      case Reduction reduction ->
          new Operation(reduction(reduction, inputs[0], manager), false, manager);
      case OneOperation operation -> {
        NDArray a = manager.create(inputs[0]);
        NDArray b = manager.create(inputs[1]);
        yield new Operation(() -> a.add(b), operation.stage() == OneOperation.Stage.READ, manager);
      }
      case AdamUpdate ignored -> new PyTorchAdam(inputs, manager);
      case TrainingStep step -> new PyTorchStep(step, inputs, manager);
    };
  }

  private static NDArray array(NDManager manager, float[] values, int... shape) {
    return manager.create(values, new Shape(Arrays.stream(shape).asLongStream().toArray()));
  }

  private static Supplier<NDArray> product(Product product, float[][] inputs, NDManager manager) {
    NDArray a = array(manager, inputs[0], product.leftShape());
    NDArray b = array(manager, inputs[1], product.rightShape());
    NDArray left = product.form() == Product.Form.TN ? transposed(a) : a;
    NDArray right = product.form() == Product.Form.NT ? transposed(b) : b;
    return () -> left.matMul(right);
  }

  /** A view with the last two axes exchanged. */
  private static NDArray transposed(NDArray array) {
    int rank = array.getShape().dimension();
    return array.swapAxes(rank - 2, rank - 1);
  }

  private static Supplier<NDArray> pointwise(
      Pointwise.Function function, float[][] inputs, NDManager manager) {
    NDArray a = manager.create(inputs[0]);
    NDArray b = function.isBinary() ? manager.create(inputs[1]) : a;
    return switch (function) {
      case ADD -> () -> a.add(b);
      case MUL -> () -> a.mul(b);
      case RELU -> () -> Activation.relu(a);
      case COPY -> a::duplicate;
      case EXP -> a::exp;
      case TANH -> a::tanh;
      case SIGMOID -> () -> Activation.sigmoid(a);
      case GELU -> () -> Activation.gelu(a);
      case LOG -> a::log;
    };
  }

  private static Supplier<NDArray> chain(NDArray a, NDArray b) {
    return () -> {
      NDArray result = a.mul(b).addi(a).subi(b).muli(b);
      try (result) {
        return result.maximum(a).addi(b);
      }
    };
  }

  private static Supplier<NDArray> reduction(
      Reduction reduction, float[] values, NDManager manager) {
    NDArray a = array(manager, values, reduction.blocks());
    int[] middle = {1};
    return switch (reduction.combiner()) {
      case SUM -> () -> a.sum(middle);
      case MEAN -> () -> a.mean(middle);
      case MAX -> () -> a.max(middle);
    };
  }

  /** An operation with a new result each time. */
  private record Operation(Supplier<NDArray> operation, boolean reads, NDManager manager)
      implements Work {

    @Override
    public Object run() {
      try (NDArray result = operation.get()) {
        return reads ? result.getFloat(0) : result;
      }
    }

    @Override
    public float[] result() {
      try (NDArray result = operation.get()) {
        return result.toFloatArray();
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
