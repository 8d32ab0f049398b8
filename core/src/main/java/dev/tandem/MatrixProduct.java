package dev.tandem;

import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import java.util.Arrays;

/** The shape rule of {@link Tensor#matmul}. */
final class MatrixProduct {

  private MatrixProduct() {}

  static Tensor of(Tensor left, Tensor right) {
    Tensor.checkSameBackend("matmul", left, right);
    Shape a = left.shape();
    Shape b = right.shape();
    if (a.rank() == 0 || b.rank() == 0) {
      throw new IllegalArgumentException(
          "matmul: %s x %s: both need at least one axis; use mul for numbers".formatted(a, b));
    }
    int inner = a.dimension(-1);
    int otherInner = b.dimension(Math.max(0, b.rank() - 2));
    if (inner != otherInner) {
      throw new IllegalArgumentException(
          "matmul: %s x %s: inner dimensions %d and %d differ".formatted(a, b, inner, otherInner));
    }
    if (a.rank() == 1) {
      Tensor product = of(left.unsqueeze(0), right);
      return product.squeeze(b.rank() == 1 ? 0 : -2);
    }
    if (b.rank() == 1) {
      return of(left, right.unsqueeze(1)).squeeze(-1);
    }
    if (b.rank() == 2 && a.rank() > 2 && inner > 0) {
      return flattened(left, right);
    }
    if (b.rank() == 2 && a.rank() == 2) {
      Shape product = Shape.owning(a.dimension(0), b.dimension(1));
      return new Tensor(Node.of(Op.Plain.MATMUL, product, left.node(), right.node()));
    }
    int[] batchA = Arrays.copyOf(a.toArray(), a.rank() - 2);
    int[] batchB = Arrays.copyOf(b.toArray(), b.rank() - 2);
    int[] batch = Shape.of(batchA).broadcast(Shape.of(batchB), "matmul").toArray();
    int[] dimensions = Arrays.copyOf(batch, batch.length + 2);
    dimensions[batch.length] = a.dimension(-2);
    dimensions[batch.length + 1] = b.dimension(-1);
    return new Tensor(Node.of(Op.Plain.MATMUL, Shape.of(dimensions), left.node(), right.node()));
  }

  /** One matrix for all batches: their rows become the rows of a single product. */
  private static Tensor flattened(Tensor left, Tensor right) {
    Shape a = left.shape();
    int inner = a.dimension(-1);
    int[] dimensions = a.toArray();
    dimensions[dimensions.length - 1] = right.shape().dimension(1);
    return of(left.reshape(a.elements() / inner, inner), right).reshape(dimensions);
  }
}
