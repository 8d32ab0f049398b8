package dev.tandem.benchmarks.peers;

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
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's operations on its native CPU backend; results go to an array made beforehand. */
public final class Nd4jContender implements Contender {

  /** For the service loader. */
  public Nd4jContender() {}

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public @Nullable String unavailable() {
    String platform = Loader.getPlatform();
    return platform.equals("linux-x86_64")
        ? null
        : "its native library was built in for Linux on x86-64 only, and this is " + platform;
  }

  @Override
  public boolean usesThreads() {
    return true;
  }

  @Override
  public @Nullable String declines(Problem problem) {
    return switch (problem) {
      case TrainingStep ignored -> "it has no gradients for arrays";
      case AdamUpdate ignored -> "only its operations are measured";
      case OneOperation operation when operation.stage() == OneOperation.Stage.DESCRIBE ->
          "it computes at once";
      case Pointwise pointwise when pointwise.function() == Pointwise.Function.GELU ->
          "its gelu is off by 0.03, more than any approximation of it";
      default -> null;
    };
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    Nd4j.getExecutioner(); // starts the library; asking for its operations first fails
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    openblas.blas_set_num_threads(threads); // which multiplies for it
    return switch (problem) {
      case Product product -> product(product, inputs);
      case Pointwise pointwise -> new Operation(pointwise(pointwise.function(), inputs));
      case Chain ignored -> new Operation(chain(vector(inputs[0]), vector(inputs[1])));
      case Reduction reduction -> new Operation(reduction(reduction, inputs[0]));
      case OneOperation operation -> {
        INDArray a = vector(inputs[0]);
        INDArray b = vector(inputs[1]);
        INDArray result = vector(inputs[0]);
        boolean reads = operation.stage() == OneOperation.Stage.READ;
        yield new Operation(() -> a.add(b, result), reads);
      }
      case TrainingStep ignored -> throw new IllegalArgumentException(declines(problem));
      case AdamUpdate ignored -> throw new IllegalArgumentException(declines(problem));
    };
  }

  private static INDArray vector(float[] values) {
    return array(values, values.length);
  }

  private static INDArray array(float[] values, int... shape) {
    long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
    return Nd4j.create(values, dimensions, 'c');
  }

  private static Work product(Product product, float[][] inputs) {
    INDArray a = array(inputs[0], product.leftShape());
    INDArray b = array(inputs[1], product.rightShape());
    int[] shape =
        product.batch() == 1
            ? new int[] {product.m(), product.n()}
            : new int[] {product.batch(), product.m(), product.n()};
    INDArray result = array(new float[product.batch() * product.m() * product.n()], shape);
    boolean leftTransposed = product.form() == Product.Form.TN;
    boolean rightTransposed = product.form() == Product.Form.NT;
    return new Operation(() -> Nd4j.matmul(a, b, result, leftTransposed, rightTransposed, false));
  }

  private static Supplier<INDArray> pointwise(Pointwise.Function function, float[][] inputs) {
    INDArray a = vector(inputs[0]);
    INDArray b = function.isBinary() ? vector(inputs[1]) : a;
    INDArray result = vector(new float[inputs[0].length]);
    OpExecutioner executioner = Nd4j.getExecutioner();
    return switch (function) {
      case ADD -> () -> a.add(b, result);
      case MUL -> () -> a.mul(b, result);
      case COPY -> () -> result.assign(a);
      case RELU -> () -> executioner.exec(new RectifiedLinear(a, result));
      case EXP -> () -> executioner.exec(new Exp(a, result));
      case TANH -> () -> executioner.exec(new Tanh(a, result));
      case SIGMOID -> () -> executioner.exec(new Sigmoid(a, result));
      case GELU -> throw new IllegalArgumentException("nd4j declines gelu");
      case LOG -> () -> executioner.exec(new Log(a, result));
    };
  }

  private static Supplier<INDArray> chain(INDArray a, INDArray b) {
    INDArray result = a.dup();
    return () -> {
      a.mul(b, result).addi(a).subi(b).muli(b);
      return Transforms.max(result, a, false).addi(b);
    };
  }

  private static Supplier<INDArray> reduction(Reduction reduction, float[] values) {
    INDArray a = array(values, reduction.blocks());
    return switch (reduction.combiner()) {
      case SUM -> () -> a.sum(1);
      case MEAN -> () -> a.mean(1);
      case MAX -> () -> a.max(1);
    };
  }

  /** An operation that leaves its result in an array. */
  private record Operation(Supplier<INDArray> operation, boolean reads) implements Work {

    Operation(Supplier<INDArray> operation) {
      this(operation, false);
    }

    @Override
    public Object run() {
      INDArray result = operation.get();
      return reads ? result.getFloat(0) : result;
    }

    @Override
    public float[] result() {
      return operation.get().dup('c').data().asFloat();
    }
  }
}
