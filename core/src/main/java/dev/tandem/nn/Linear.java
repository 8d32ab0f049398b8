package dev.tandem.nn;

import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Shape;
import dev.tandem.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: {@code input x weight^T + bias} for each vector along the last axis. Its
 * parameters, their order and their initial values are those of {@code torch.nn.Linear}.
 */
public final class Linear extends Layer {

  private final int inFeatures;
  private final int outFeatures;
  private final Parameter weight; // [out, in]
  private final @Nullable Parameter bias; // [out]

  /**
   * A layer with a bias, on the current backend.
   *
   * @param generator draws the initial values: first the weight, then the bias
   * @throws IllegalArgumentException if a size is not positive
   */
  public Linear(int inFeatures, int outFeatures, Generator generator) {
    this(inFeatures, outFeatures, true, generator);
  }

  /** As above; the bias may be left out. */
  public Linear(int inFeatures, int outFeatures, boolean withBias, Generator generator) {
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    if (inFeatures < 1 || outFeatures < 1) {
      throw new IllegalArgumentException(
          "Linear: %d inputs and %d outputs; there must be at least one of each"
              .formatted(inFeatures, outFeatures));
    }
    float[] values = new float[Shape.of(outFeatures, inFeatures).elements()];
    generator.kaimingUniform(values, inFeatures);
    weight = parameter("weight", Tensor.of(values, outFeatures, inFeatures));
    bias = withBias ? parameter("bias", initialBias(generator)) : null;
  }

  private Tensor initialBias(Generator generator) {
    double bound = 1 / Math.sqrt(inFeatures);
    float[] values = new float[outFeatures];
    generator.uniform(values, -bound, bound);
    return Tensor.of(values);
  }

  /** The matrix, of shape {@code [out, in]}. */
  public Parameter weight() {
    return weight;
  }

  /** The vector that is added, of shape {@code [out]}; null if the layer was made without. */
  public @Nullable Parameter bias() {
    return bias;
  }

  /**
   * Describes the output.
   *
   * @param input {@code [..., in]}: a vector, a matrix of vectors, or more
   * @return {@code [..., out]}
   * @throws IllegalArgumentException if the last axis has another size
   */
  @Override
  public Tensor forward(Tensor input) {
    Shape shape = input.shape();
    if (shape.rank() == 0 || shape.dimension(-1) != inFeatures) {
      throw new IllegalArgumentException(
          "%s: the input %s must end in %d features, as %s says"
              .formatted(label(), shape, inFeatures, this));
    }
    // one matrix, so that bias and activation become part of the matmul
    Tensor rows =
        shape.rank() == 2 ? input : input.reshape(shape.elements() / inFeatures, inFeatures);
    Tensor product = rows.matmul(weight.transpose());
    Tensor output = bias == null ? product : product.add(bias);
    if (shape.rank() == 2) {
      return output;
    }
    int[] dimensions = shape.toArray();
    dimensions[dimensions.length - 1] = outFeatures;
    return output.reshape(dimensions);
  }

  @Override
  protected String describe() {
    return "in_features=%d, out_features=%d, bias=%s"
        .formatted(inFeatures, outFeatures, bias == null ? "False" : "True");
  }
}
