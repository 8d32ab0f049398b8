package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.Backends;
import dev.tandem.Tensor;
import dev.tandem.reference.ReferenceBackend;
import java.util.function.Supplier;

/**
 * Tensors of the reference backend in double precision: what results and the bounds of their errors
 * are computed with. Their values come out as floats, but nothing is rounded on the way.
 */
public final class Exact {

  /** The rounding error of 1 in float32. */
  public static final double EPSILON = 0x1p-24;

  private static final ReferenceBackend BACKEND = ReferenceBackend.inDoublePrecision();

  private Exact() {}

  /** Computes something with exact tensors. */
  public static <T> T compute(Supplier<T> code) {
    return Backends.with(BACKEND, code);
  }

  /** An exact tensor with the values of an entry. */
  public static Tensor tensor(Golden golden, String key) {
    return compute(() -> Tensor.of(golden.floats(key), golden.shape(key)));
  }

  /**
   * Fails unless a tensor has the shape of an entry of a file and, element by element, its values
   * within an error.
   *
   * @param error how far each element may be off; of the same shape, or of one that broadcasts
   */
  public static void check(Tensor actual, Golden golden, String key, Tensor error) {
    String name = golden.name() + " " + key;
    assertThat(actual.shape().toArray()).as(name).isEqualTo(golden.shape(key));
    float[] allowed = error.broadcastTo(actual.shape()).toArray();
    check(name, actual.toArray(), golden.floats(key), allowed);
  }

  /** Fails unless all values are within their errors. NaN is right only where it is expected. */
  public static void check(String name, float[] actual, float[] expected, float[] allowed) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      boolean near =
          Float.isNaN(expected[i])
              ? Float.isNaN(actual[i])
              : actual[i] == expected[i]
                  || (Float.isFinite(actual[i])
                      && Math.abs((double) actual[i] - expected[i])
                          <= allowed[i] + (double) Float.MIN_NORMAL);
      if (!near) {
        fail(
            "%s: element %d is %s instead of %s, allowed error %s"
                .formatted(name, i, actual[i], expected[i], allowed[i]));
      }
    }
  }
}
