package dev.tandem;

import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.UnaryOp;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The whole calculus: for every operation, what the gradient of its result means for its inputs. In
 * the rules {@code x} is the input (or {@code a} and {@code b} the inputs), {@code y} the result
 * and {@code g} the gradient of the result. Broadcasting is undone in one place, {@link #give}.
 */
final class GradientRules {

  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final double ONE_OVER_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  private final Gradients gradients;
  private final Node node;
  private final Tensor g;

  GradientRules(Gradients gradients, Node node, Tensor gradient) {
    this.gradients = gradients;
    this.node = node;
    this.g = gradient;
  }

  void apply() {
    switch (node.op()) {
      case Op.Unary it -> unary(it.op(), input(0), new Tensor(node));
      case Op.Binary it -> binary(it.op(), input(0), input(1), new Tensor(node));
      case Op.Plain it -> plain(it);
      case Op.Reduce it -> reduce(it, input(0));
      case Op.Permute it -> give(0, () -> g.permute(inverse(it.axes())));
      case Op.Slice it -> gradients.addSlice(node.input(0), it, g);
      case Op.Pad it -> give(0, () -> sliced(it.starts(), it.steps(), input(0).shape()));
      case Op.Concat it -> concat(it.axis());
      case Op.Leaf _, Op.Constant _ -> {}
    }
  }

  private void unary(UnaryOp op, Tensor x, Tensor y) {
    switch (op) {
      case NEG -> give(0, () -> scaled(g, -1));
      case ABS -> give(0, () -> times(g, x.sign()));
      case EXP -> give(0, () -> times(g, y));
      case LOG -> give(0, () -> g.div(x));
      case SQRT -> give(0, () -> scaled(g, 0.5).div(y));
      case SQUARE -> give(0, () -> times(scaled(g, 2), x));
      case RECIPROCAL -> give(0, () -> times(scaled(g, -1), y.square()));
      case TANH -> give(0, () -> times(g, oneMinus(y.square())));
      case SIGMOID -> give(0, () -> times(g, y.mul(oneMinus(y))));
      case RELU ->
          give(0, () -> Tensor.where(y.le(zero()), zero(), g)); // y, as x may be fused away
      case GELU -> give(0, () -> times(g, geluSlope(x)));
      case SOFTPLUS -> give(0, () -> times(g, x.sigmoid()));
      case ERF -> give(0, () -> times(scaled(g, TWO_OVER_ROOT_PI), x.square().neg().exp()));
      case SIN -> give(0, () -> times(g, x.cos()));
      case COS -> give(0, () -> times(scaled(g, -1), x.sin()));
      case SIGN, FLOOR -> {}
    }
  }

  /** The cumulative normal distribution at x, plus x times its density. */
  private Tensor geluSlope(Tensor x) {
    Tensor cumulative = scaled(scaled(x, Math.sqrt(0.5)).erf().add(constant(1)), 0.5);
    Tensor density = scaled(scaled(x.square(), -0.5).exp(), ONE_OVER_ROOT_TWO_PI);
    return cumulative.add(x.mul(density));
  }

  private void binary(BinaryOp op, Tensor a, Tensor b, Tensor y) {
    switch (op) {
      case ADD -> {
        give(0, () -> g);
        give(1, () -> g);
      }
      case SUB -> {
        give(0, () -> g);
        give(1, () -> scaled(g, -1));
      }
      case MUL -> {
        give(0, () -> times(g, b));
        give(1, () -> times(g, a));
      }
      case DIV -> {
        give(0, () -> g.div(b));
        give(1, () -> times(scaled(g, -1), y.div(b)));
      }
      case POW -> {
        Tensor slope = b.mul(Tensor.binary(BinaryOp.POW, a, b.sub(constant(1))));
        give(0, () -> Tensor.where(b.eq(zero()), zero(), times(g, slope)));
        give(
            1,
            () -> Tensor.where(a.eq(zero()).mul(b.ge(zero())), zero(), times(g, y.mul(a.log()))));
      }
      case MAXIMUM -> {
        give(0, () -> share(a, b, a.lt(b)));
        give(1, () -> share(a, b, b.lt(a)));
      }
      case MINIMUM -> {
        give(0, () -> share(a, b, b.lt(a)));
        give(1, () -> share(a, b, a.lt(b)));
      }
      case EQ, NE, LT, LE, GT, GE -> {}
    }
  }

  /** The gradient of one side of a maximum or minimum: half at a tie, none where it lost. */
  private Tensor share(Tensor a, Tensor b, Tensor lost) {
    return Tensor.where(a.eq(b), scaled(g, 0.5), Tensor.where(lost, zero(), g));
  }

  private void plain(Op.Plain op) {
    switch (op) {
      case WHERE -> {
        give(1, () -> Tensor.where(input(0), g, zero()));
        give(2, () -> Tensor.where(input(0), zero(), g));
      }
      case MATMUL -> {
        give(0, () -> leftGradient(input(0), input(1)));
        give(1, () -> rightGradient(input(0), input(1)));
      }
      case RESHAPE -> give(0, () -> g.reshape(input(0).shape()));
      case BROADCAST_TO -> give(0, () -> g);
      case DETACH -> {}
    }
  }

  /**
   * {@code g x b^T}; where {@code a} is itself a transpose, the product is formed the other way
   * round, so that the gradient of what was transposed comes out in its own layout.
   */
  private Tensor leftGradient(Tensor a, Tensor b) {
    return isTransposed(a) ? b.matmul(g.transpose()).transpose() : g.matmul(b.transpose());
  }

  /** {@code a^T x g}; the other way round where {@code b} is a transpose. */
  private Tensor rightGradient(Tensor a, Tensor b) {
    return isTransposed(b) ? g.transpose().matmul(a).transpose() : a.transpose().matmul(g);
  }

  private static boolean isTransposed(Tensor x) {
    return x.node().op() instanceof Op.Permute permute && swapsLastTwo(permute.axes());
  }

  private static boolean swapsLastTwo(int[] axes) {
    int rank = axes.length;
    return rank >= 2 && axes[rank - 1] == rank - 2 && axes[rank - 2] == rank - 1;
  }

  private void reduce(Op.Reduce op, Tensor x) {
    switch (op.op()) {
      case SUM -> give(0, () -> spread(g, op, x));
      case MEAN -> give(0, () -> spread(scaled(g, 1.0 / foldedElements(op, x)), op, x));
      case MAX, MIN -> give(0, () -> extremeGradient(op, x));
    }
  }

  /** How many elements of {@code x} each result is folded from. */
  private static int foldedElements(Op.Reduce op, Tensor x) {
    int count = 1;
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      count *= op.folds(axis) ? x.shape().dimension(axis) : 1;
    }
    return count;
  }

  /** The shape of {@code x} with size 1 along the folded axes. */
  private static Shape kept(Op.Reduce op, Tensor x) {
    return TensorReductions.reducedShape(x.shape(), op.axes(), true);
  }

  private static Tensor spread(Tensor gradient, Op.Reduce op, Tensor x) {
    return isUniform(gradient)
        ? constant(uniformValue(gradient), x.node()).broadcastTo(x.shape())
        : gradient.reshape(kept(op, x)).broadcastTo(x.shape());
  }

  /** Equal extremes share the gradient evenly. */
  private Tensor extremeGradient(Op.Reduce op, Tensor x) {
    Shape kept = kept(op, x);
    Tensor mask = x.eq(new Tensor(node).reshape(kept));
    Tensor ties =
        new Tensor(Node.of(new Op.Reduce(ReduceOp.SUM, op.axes(), true), kept, mask.node()));
    return mask.mul(g.reshape(kept).div(ties));
  }

  private void concat(int axis) {
    int from = 0;
    for (int i = 0; i < node.inputCount(); i++) {
      int start = from;
      int size = node.input(i).shape().dimension(axis);
      give(i, () -> g.slice(axis, start, start + size));
      from += size;
    }
  }

  private static int[] inverse(int[] axes) {
    int[] inverse = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      inverse[axes[i]] = i;
    }
    return inverse;
  }

  private Tensor sliced(int[] starts, int[] steps, Shape shape) {
    return new Tensor(Node.of(new Op.Slice(starts, steps), shape, g.node()));
  }

  // ---- the tools of the rules

  private Tensor input(int index) {
    return new Tensor(node.input(index));
  }

  /** Hands a gradient to an input that wants one, summed over the axes that were broadcast. */
  private void give(int index, Supplier<Tensor> gradient) {
    Node input = node.input(index);
    if (gradients.isNeeded(input)) {
      gradients.add(input, summedTo(gradient.get(), input.shape()));
    }
  }

  private static Tensor summedTo(Tensor gradient, Shape shape) {
    Shape from = gradient.shape();
    if (from.equals(shape)) {
      return gradient;
    }
    int missing = from.rank() - shape.rank();
    int[] axes = new int[from.rank()];
    int count = 0;
    for (int axis = 0; axis < from.rank(); axis++) {
      boolean isNew = axis < missing;
      if (isNew || (shape.dimension(axis - missing) == 1 && from.dimension(axis) != 1)) {
        axes[count++] = axis;
      }
    }
    return gradient.sum(Arrays.copyOf(axes, count)).reshape(shape);
  }

  private Tensor zero() {
    return constant(0);
  }

  private Tensor constant(double value) {
    return constant(value, node);
  }

  /** A number that is part of the structure, on the engine of {@code like}. */
  static Tensor constant(double value, Node like) {
    return new Tensor(Node.constant((float) value, like.engine()));
  }

  private Tensor oneMinus(Tensor x) {
    return constant(1).sub(x);
  }

  /** {@code x * factor}, at once where x is the same everywhere. */
  private static Tensor scaled(Tensor x, double factor) {
    return isUniform(x)
        ? constant(uniformValue(x) * factor, x.node()).broadcastTo(x.shape())
        : x.mul(constant(factor, x.node()));
  }

  /** {@code gradient * factor}, without a multiplication where the gradient is 1 everywhere. */
  private static Tensor times(Tensor gradient, Tensor factor) {
    if (!isUniform(gradient)) {
      return gradient.mul(factor);
    }
    float value = uniformValue(gradient);
    Tensor product = value == 1 ? factor : factor.mul(constant(value, gradient.node()));
    return product.broadcastTo(gradient.shape());
  }

  private static boolean isUniform(Tensor x) {
    return uniform(x) instanceof Op.Constant;
  }

  private static float uniformValue(Tensor x) {
    return uniform(x) instanceof Op.Constant constant ? constant.value() : Float.NaN;
  }

  private static Op uniform(Tensor x) {
    Node node = x.node();
    boolean repeats = node.op() == Op.Plain.BROADCAST_TO && !node.isKnown();
    return repeats ? node.input(0).op() : node.op();
  }
}
