package dev.tandem.benchmarks.contest;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Fused computations as single loops over vectors, on 64-byte aligned and padded memory. */
final class VectorLoops {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long ALIGNMENT = 64;

  private VectorLoops() {}

  private static MemorySegment memory(Arena arena, float[] values) {
    long bytes = (4L * values.length + ALIGNMENT - 1) & -ALIGNMENT;
    MemorySegment memory = arena.allocate(bytes, ALIGNMENT);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
    return memory;
  }

  private static float[] values(MemorySegment memory, int elements) {
    return memory.asSlice(0, 4L * elements).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static FloatVector load(MemorySegment from, int i) {
    return FloatVector.fromMemorySegment(SPECIES, from, i * 4L, ORDER);
  }

  /** {@link Chain}. */
  static final class OfChain implements Work {

    private final Arena arena = Arena.ofShared();
    private final int elements;
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment result;

    OfChain(Chain chain, float[][] inputs) {
      elements = chain.elements();
      a = memory(arena, inputs[0]);
      b = memory(arena, inputs[1]);
      result = memory(arena, new float[elements]);
    }

    @Override
    public Object run() {
      chain(a, b, result, elements);
      return result;
    }

    private static void chain(MemorySegment a, MemorySegment b, MemorySegment result, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = load(a, i);
        FloatVector y = load(b, i);
        x.mul(y).add(x).sub(y).mul(y).max(x).add(y).intoMemorySegment(result, i * 4L, ORDER);
      }
    }

    @Override
    public float[] result() {
      run();
      return values(result, elements);
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** {@link AdamUpdate}. */
  static final class OfAdam implements Work {

    private final Arena arena = Arena.ofShared();
    private final int elements;
    private final MemorySegment weight;
    private final MemorySegment first;
    private final MemorySegment second;
    private final MemorySegment gradient;

    OfAdam(AdamUpdate adam, float[][] inputs) {
      elements = adam.elements();
      weight = memory(arena, inputs[0]);
      first = memory(arena, inputs[1]);
      second = memory(arena, inputs[2]);
      gradient = memory(arena, inputs[3]);
    }

    @Override
    public Object run() {
      update(weight, first, second, gradient, elements);
      return weight;
    }

    private static void update(
        MemorySegment weight,
        MemorySegment first,
        MemorySegment second,
        MemorySegment gradient,
        int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector g = load(gradient, i);
        FloatVector m = load(first, i).mul(AdamUpdate.BETA1).add(g.mul(1 - AdamUpdate.BETA1));
        FloatVector v =
            load(second, i).mul(AdamUpdate.BETA2).add(g.mul(g).mul(1 - AdamUpdate.BETA2));
        FloatVector divisor = v.mul(AdamUpdate.SECOND_CORRECTION).sqrt().add(AdamUpdate.EPSILON);
        FloatVector w = load(weight, i).sub(m.mul(AdamUpdate.CORRECTED_RATE).div(divisor));
        m.intoMemorySegment(first, i * 4L, ORDER);
        v.intoMemorySegment(second, i * 4L, ORDER);
        w.intoMemorySegment(weight, i * 4L, ORDER);
      }
    }

    @Override
    public float[] result() {
      run();
      return AdamUpdate.joined(
          values(weight, elements), values(first, elements), values(second, elements));
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
