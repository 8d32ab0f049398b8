package dev.tandem.testing;

import dev.tandem.Tensor;
import dev.tandem.testing.GradientCase.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every differentiable operation of tensors over random shapes, alone and in the company it keeps
 * in models. Data keep away from kinks: no two values of a case are nearer than 0.05, none is
 * nearer to an integer or to 0.
 */
public final class GradientCases {

  private static final int SEEDS = 6;
  private static final int FEW = 2;

  private final Values random;
  private final long seed;

  private GradientCases(long seed) {
    this.seed = seed;
    this.random = new Values(seed);
  }

  /** All cases, with several random shapes for each function. */
  public static Stream<GradientCase> all() {
    return seeds(SEEDS);
  }

  /** All functions with fewer shapes, for engines on which each takes long. */
  public static Stream<GradientCase> few() {
    return seeds(FEW);
  }

  private static Stream<GradientCase> seeds(int count) {
    return IntStream.range(0, count)
        .boxed()
        .flatMap(seed -> {
          GradientCases cases = new GradientCases(seed);
          List<GradientCase> list = new ArrayList<>();
          list.addAll(cases.unary());
          list.addAll(cases.binary());
          list.addAll(cases.reductions());
          list.addAll(cases.movements());
          list.addAll(cases.products());
          list.addAll(cases.models());
          return list.stream();
        });
  }

  // ---- the table

  private List<GradientCase> unary() {
    return List.of(
        unary("neg", Tensor::neg),
        unary("abs", Tensor::abs),
        unary("exp", Tensor::exp),
        positive("log", Tensor::log),
        positive("sqrt", Tensor::sqrt),
        unary("square", Tensor::square),
        unary("reciprocal", Tensor::reciprocal),
        unary("tanh", Tensor::tanh),
        unary("sigmoid", Tensor::sigmoid),
        unary("relu", Tensor::relu),
        unary("gelu", Tensor::gelu),
        unary("softplus", Tensor::softplus),
        unary("erf", Tensor::erf),
        unary("sign", Tensor::sign),
        unary("floor", Tensor::floor),
        unary("sin", Tensor::sin),
        unary("cos", Tensor::cos),
        unary("clamp", x -> x.clamp(-1, 1)),
        unary("plus a number", x -> x.add(0.5).sub(0.25)),
        unary("times a number", x -> x.mul(3).div(2)),
        unary("cube", x -> x.pow(3)),
        unary("square by pow", x -> x.pow(2)),
        unary("reciprocal by pow", x -> x.pow(-1)),
        positive("fractional power", x -> x.pow(1.5)),
        unary("greater than a number", x -> x.maximum(0.475)),
        unary("less than a number", x -> x.minimum(0.475)),
        unary("used three times", x -> x.mul(x).add(x.tanh())));
  }

  private List<GradientCase> binary() {
    return List.of(
        binary("add", (a, b) -> a.add(b)),
        binary("sub", (a, b) -> a.sub(b)),
        binary("mul", (a, b) -> a.mul(b)),
        binary("div", (a, b) -> a.div(b)),
        powers(),
        binary("maximum", (a, b) -> a.maximum(b)),
        binary("minimum", (a, b) -> a.minimum(b)),
        binary("where", (a, b) -> Tensor.where(a.gt(b), a.square(), b.exp())),
        binary("where by a constant", (a, b) -> Tensor.where(a.detach().lt(0), b, a)),
        binary("comparisons", (a, b) -> a.mul(a.le(b)).add(b.mul(a.ne(b)))),
        binary("mixed", (a, b) -> a.mul(b).tanh().sub(b.div(2)).square()));
  }

  private List<GradientCase> reductions() {
    int[] shape = shape(1 + random.integer(4));
    int[] axes = axes(shape.length);
    boolean keepDims = random.chance(0.5);
    String name = " over " + Arrays.toString(axes);
    return List.of(
        of("sum" + name, x -> x.get(0).sum(axes, keepDims).square(), shape),
        of("mean" + name, x -> x.get(0).mean(axes, keepDims).square(), shape),
        of("max" + name, x -> x.get(0).max(axes, keepDims).square(), shape),
        of("min" + name, x -> x.get(0).min(axes, keepDims).square(), shape),
        of("sum of tanh" + name, x -> x.get(0).tanh().sum(axes, keepDims), shape),
        of("whole sum", x -> x.get(0).sum().exp(), 2, 3),
        of("whole mean", x -> x.get(0).mean().exp(), shape),
        of("whole max", x -> x.get(0).max().tanh(), shape));
  }

  private List<GradientCase> movements() {
    int[] shape = shape(2 + random.integer(3));
    int rank = shape.length;
    int axis = random.integer(rank);
    int size = shape[axis];
    int from = random.integer(size);
    int to = from + 1 + random.integer(size - from);
    int[] order = random.permutation(rank);
    int[] longer = shape.clone();
    longer[axis] = 1 + random.integer(3);
    int[] column = shape.clone();
    column[axis] = 1;
    int[] repeated = IntStream.concat(IntStream.of(2), Arrays.stream(shape)).toArray();
    return List.of(
        of("permute", x -> x.get(0).permute(order).exp(), shape),
        of("transpose", x -> x.get(0).transpose().square(), shape),
        of("reshape", x -> x.get(0).reshape(-1).sin(), shape),
        of("reshape of permuted", x -> x.get(0).permute(order).reshape(-1).sin(), shape),
        of("slice", x -> x.get(0).slice(axis, from, to).square(), shape),
        of("every second", x -> x.get(0).slice(axis, 0, size, 2).square(), shape),
        of("slice of permuted", x -> x.get(0).permute(order).slice(0, 0, 1).exp(), shape),
        of("broadcastTo", x -> x.get(0).broadcastTo(repeated).cos(), column, repeated),
        of("unsqueeze and squeeze", x -> x.get(0).unsqueeze(axis).exp().squeeze(axis), shape),
        of("each element of an axis apart", x -> apart(x.get(0), axis), shape),
        of(
            "overlapping slices",
            x -> {
              Tensor front = x.get(0).slice(axis, 0, to).exp();
              Tensor rear = x.get(0).slice(axis, from, size).square();
              return Tensor.concat(axis, front, rear, x.get(0));
            },
            shape),
        of("concat", x -> Tensor.concat(axis, x.get(0), x.get(1)).square(), shape, longer),
        of("concat of one", x -> Tensor.concat(axis, x.get(0), x.get(0)).exp(), shape),
        of("stack", x -> Tensor.stack(axis, x.get(0), x.get(1).tanh()).exp(), shape, shape));
  }

  /** Something made of every second slice along an axis, and of the last. */
  private static Tensor apart(Tensor x, int axis) {
    int size = x.shape().dimension(axis);
    Tensor sum = x.slice(axis, size - 1, size);
    for (int i = 0; i < size - 1; i += 2) {
      sum = sum.mul(x.slice(axis, i, i + 1).sin()).add(sum);
    }
    return sum;
  }

  private List<GradientCase> products() {
    int m = 1 + random.integer(4);
    int k = 1 + random.integer(4);
    int n = 1 + random.integer(4);
    return List.of(
        product("matrices", new int[] {m, k}, new int[] {k, n}),
        product("vector and vector", new int[] {k}, new int[] {k}),
        product("vector and matrix", new int[] {k}, new int[] {k, n}),
        product("matrix and vector", new int[] {m, k}, new int[] {k}),
        product("batch and matrix", new int[] {2, m, k}, new int[] {k, n}),
        product("matrix and batch", new int[] {m, k}, new int[] {2, k, n}),
        product("equal batches", new int[] {3, m, k}, new int[] {3, k, n}),
        product("crossed batches", new int[] {2, 1, m, k}, new int[] {3, k, n}),
        product("batch and vector", new int[] {2, m, k}, new int[] {k}),
        product("no terms", new int[] {m, 0}, new int[] {0, n}),
        of(
            "transposed left",
            x -> x.get(0).transpose().matmul(x.get(1)),
            new int[] {k, m},
            new int[] {k, n}),
        of(
            "transposed right",
            x -> x.get(0).matmul(x.get(1).transpose()),
            new int[] {m, k},
            new int[] {n, k}),
        of("matrix times its transpose", x -> x.get(0).matmul(x.get(0).transpose()), m, k),
        of("square of a matrix", x -> x.get(0).matmul(x.get(0)), k, k));
  }

  private List<GradientCase> models() {
    int rows = 1 + random.integer(5);
    int in = 1 + random.integer(4);
    int out = 1 + random.integer(4);
    int[] x = {rows, in};
    int[] w = {out, in};
    int[] b = {out};
    int[] y = {rows, out};
    return List.of(
        of(
            "linear layer with tanh and mean of squares",
            it -> linear(it).tanh().sub(it.get(3)).square().mean(),
            x,
            w,
            b,
            y),
        of("linear layer with relu", it -> linear(it).relu().mul(it.get(3)), x, w, b, y),
        of("linear layer with gelu", it -> linear(it).gelu().sum(0), x, w, b),
        of("softmax", it -> softmax(it.get(0)), x),
        of(
            "log of softmax, through max",
            it -> {
              Tensor shifted = it.get(0).sub(it.get(0).max(new int[] {-1}, true));
              return shifted.sub(shifted.exp().sum(new int[] {-1}, true).log());
            },
            x),
        of(
            "layer normalisation",
            it -> {
              Tensor centred = it.get(0).sub(it.get(0).mean(new int[] {-1}, true));
              Tensor variance = centred.square().mean(new int[] {-1}, true);
              return centred.div(variance.add(0.1).sqrt()).mul(it.get(1));
            },
            new int[] {rows, 5},
            new int[] {5}),
        of(
            "two steps of a recurrent network",
            it -> {
              Tensor h = it.get(0).matmul(it.get(1).transpose()).tanh();
              return h.matmul(it.get(2)).add(it.get(0).matmul(it.get(1).transpose())).tanh();
            },
            x,
            w,
            new int[] {out, out}));
  }

  private static Tensor linear(List<Tensor> it) {
    return it.get(0).matmul(it.get(1).transpose()).add(it.get(2));
  }

  private static Tensor softmax(Tensor x) {
    Tensor exp = x.exp();
    return exp.div(exp.sum(new int[] {-1}, true));
  }

  // ---- making cases

  private interface Two {
    Tensor of(Tensor a, Tensor b);
  }

  private GradientCase unary(String name, Function<Tensor, Tensor> function) {
    return of(name, x -> function.apply(x.getFirst()), shape(random.integer(4)));
  }

  /** Of squares, so that arguments are positive. */
  private GradientCase positive(String name, Function<Tensor, Tensor> function) {
    return unary(name, x -> function.apply(x.square()));
  }

  private GradientCase binary(String name, Two function) {
    int[] shape = shape(random.integer(4));
    return of(
        name, x -> function.of(x.get(0), x.get(1)), broadcastable(shape), broadcastable(shape));
  }

  private GradientCase powers() {
    return binary("pow", (a, b) -> a.square().add(0.5).pow(b));
  }

  private GradientCase product(String name, int[] left, int[] right) {
    return of("product of " + name, x -> x.get(0).matmul(x.get(1)), left, right);
  }

  private GradientCase of(String name, Function<List<Tensor>, Tensor> function, int... shape) {
    return of(name, function, new int[][] {shape});
  }

  private GradientCase of(String name, Function<List<Tensor>, Tensor> function, int[]... shapes) {
    int total = Arrays.stream(shapes).mapToInt(View::elements).sum();
    int[] places = random.permutation(total);
    List<Input> inputs = new ArrayList<>();
    int next = 0;
    for (int[] shape : shapes) {
      float[] values = new float[View.elements(shape)];
      for (int i = 0; i < values.length; i++) {
        values[i] = spread(places[next++], total);
      }
      inputs.add(new Input(values, shape));
    }
    return new GradientCase(name + ", seed " + seed, inputs, function);
  }

  /**
   * One of {@code total} values around 0, at least 0.05 apart from each other and from integers.
   */
  private static float spread(int place, int total) {
    // 16 places between one integer and the next, from 0.1 to 0.9
    int shifted = place - total / 2;
    return Math.floorDiv(shifted, 16) + 0.1f + 0.05f * Math.floorMod(shifted, 16);
  }

  private int[] shape(int rank) {
    int[] shape = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = 1 + random.integer(rank < 3 ? 4 : 3);
    }
    return shape;
  }

  /** A shape that broadcasts to this one: some axes are 1, some leading ones missing. */
  private int[] broadcastable(int[] shape) {
    int[] result = shape.clone();
    for (int axis = 0; axis < result.length; axis++) {
      result[axis] = random.chance(0.3) ? 1 : result[axis];
    }
    int missing = random.chance(0.3) ? random.integer(result.length + 1) : 0;
    return Arrays.copyOfRange(result, missing, result.length);
  }

  /** At least one axis, some counted from the end. */
  private int[] axes(int rank) {
    int[] order = random.permutation(rank);
    int[] axes = Arrays.copyOf(order, 1 + random.integer(rank));
    for (int i = 0; i < axes.length; i++) {
      axes[i] -= random.chance(0.5) ? rank : 0;
    }
    return axes;
  }
}
