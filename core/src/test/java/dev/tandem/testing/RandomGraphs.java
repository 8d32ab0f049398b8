package dev.tandem.testing;

import dev.tandem.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Builds random graphs over every kind of operation, each operation on operands that fit. The same
 * seed builds the same graph, so it can be computed in several ways that must agree.
 */
public final class RandomGraphs {

  private static final int[] SIZES = {1, 1, 2, 3, 5, 7};

  private final Random random;
  private final boolean eager;
  private final List<Tensor> tensors = new ArrayList<>();

  private RandomGraphs(long seed, boolean eager) {
    this.random = new Random(seed);
    this.eager = eager;
  }

  /**
   * The nodes of a random graph, leaves first.
   *
   * @param eager whether every node is evaluated as soon as it is described
   */
  public static List<Tensor> nodes(long seed, int count, boolean eager) {
    RandomGraphs graphs = new RandomGraphs(seed, eager);
    for (int i = 0; i < 4; i++) {
      graphs.add(graphs.leaf());
    }
    while (graphs.tensors.size() < count) {
      graphs.add(graphs.operation());
    }
    return graphs.tensors;
  }

  private void add(Tensor tensor) {
    tensors.add(eager ? tensor.evaluate() : tensor);
  }

  private Tensor leaf() {
    int[] shape = new int[random.nextInt(4)];
    int elements = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = SIZES[random.nextInt(SIZES.length)];
      elements *= shape[axis];
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextInt(-8, 9) / 4f;
    }
    return Tensor.of(values, shape);
  }

  private Tensor any() {
    int recent = Math.min(tensors.size(), 12);
    return tensors.get(tensors.size() - 1 - random.nextInt(recent));
  }

  private Tensor operation() {
    Tensor x = any();
    int rank = x.shape().rank();
    int axis = rank == 0 ? 0 : random.nextInt(rank);
    return switch (random.nextInt(16)) {
      case 0 -> leaf();
      case 1, 2 -> unary(x);
      case 3, 4, 5 -> binary(x);
      case 6 -> x.mul(random.nextInt(-4, 5) / 2.0);
      case 7 -> Tensor.where(x.gt(0), x, x.neg().clamp(-1, 3));
      case 8 -> rank == 0 ? x.sum() : x.sum(new int[] {axis}, random.nextBoolean());
      case 9 -> rank == 0 ? x.max() : x.max(new int[] {axis}, random.nextBoolean());
      case 10 -> rank < 2 ? x.unsqueeze(0) : x.transpose();
      case 11 -> x.reshape(-1);
      case 12 -> rank == 0 ? x.reshape(1) : slice(x, axis);
      case 13 -> rank == 0 ? x.reshape(1, 1) : Tensor.concat(axis, x, x.mul(2));
      case 14 -> rank < 2 ? x.broadcastTo(withRows(x)) : x.matmul(x.transpose()).clamp(-9, 9);
      default -> rank < 2 ? x.mean() : x.mean(axis);
    };
  }

  private Tensor unary(Tensor x) {
    return switch (random.nextInt(6)) {
      case 0 -> x.neg();
      case 1 -> x.abs();
      case 2 -> x.relu();
      case 3 -> x.tanh();
      case 4 -> x.floor();
      default -> x.square().clamp(0, 16);
    };
  }

  private Tensor binary(Tensor x) {
    for (int attempt = 0; attempt < 20; attempt++) {
      Tensor y = any();
      if (fits(x, y)) {
        return switch (random.nextInt(5)) {
          case 0 -> x.add(y).clamp(-16, 16);
          case 1 -> x.sub(y).clamp(-16, 16);
          case 2 -> x.mul(y).clamp(-16, 16);
          case 3 -> x.maximum(y);
          default -> x.le(y);
        };
      }
    }
    return x.add(x);
  }

  private static boolean fits(Tensor x, Tensor y) {
    try {
      return x.shape().broadcast(y.shape(), "test").elements() < 5_000;
    } catch (IllegalArgumentException differs) {
      return false;
    }
  }

  private Tensor slice(Tensor x, int axis) {
    int size = x.shape().dimension(axis);
    int from = random.nextInt(size);
    return x.slice(axis, from, from + 1 + random.nextInt(size - from), 1 + random.nextInt(2));
  }

  private static int[] withRows(Tensor x) {
    return x.shape().rank() == 0 ? new int[] {2, 3} : new int[] {3, x.shape().dimension(0)};
  }
}
