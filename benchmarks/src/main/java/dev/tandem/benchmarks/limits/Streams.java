package dev.tandem.benchmarks.limits;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.CompilerControl;

/**
 * One pass over arrays for each kind of {@link Traffic}, with as little arithmetic as it allows.
 * Segments are 64-byte aligned and a whole number of vectors long. Compiled by themselves, as
 * {@link FmaPeak} is; and each takes slices, whose class the JIT knows whatever it has seen before
 * (what is measured beside {@code exp} came out at half of its speed without).
 */
@CompilerControl(CompilerControl.Mode.DONT_INLINE)
final class Streams {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final long BYTES = 4L * LANES; // of a vector
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Every segment is a multiple of this many floats: the longest vector times eight. */
  static final int MULTIPLE = 128;

  private Streams() {}

  /** Eight sums: from the nearest cache fewer of them would wait for the adder. */
  static float read(MemorySegment array) {
    MemorySegment a = array.asSlice(0, array.byteSize());
    FloatVector first = FloatVector.zero(SPECIES);
    FloatVector second = FloatVector.zero(SPECIES);
    FloatVector third = FloatVector.zero(SPECIES);
    FloatVector fourth = FloatVector.zero(SPECIES);
    FloatVector fifth = FloatVector.zero(SPECIES);
    FloatVector sixth = FloatVector.zero(SPECIES);
    FloatVector seventh = FloatVector.zero(SPECIES);
    FloatVector eighth = FloatVector.zero(SPECIES);
    int count = (int) (a.byteSize() / Float.BYTES);
    for (int i = 0; i < count; i += 8 * LANES) {
      first = first.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER));
      second = second.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + BYTES, ORDER));
      third = third.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 2 * BYTES, ORDER));
      fourth = fourth.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 3 * BYTES, ORDER));
      fifth = fifth.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 4 * BYTES, ORDER));
      sixth = sixth.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 5 * BYTES, ORDER));
      seventh = seventh.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 6 * BYTES, ORDER));
      eighth = eighth.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L + 7 * BYTES, ORDER));
    }
    FloatVector half = first.add(second).add(third.add(fourth));
    FloatVector otherHalf = fifth.add(sixth).add(seventh.add(eighth));
    return half.add(otherHalf).reduceLanes(VectorOperators.ADD);
  }

  /**
   * Each quarter by itself, side by side. From further out one sum for each suffices, and a
   * processor that fetches ahead in four places is faster than in one: by a seventh on a Zen 4.
   * Four sums of neighbouring vectors would be slowest, since the JIT visits the lines of a page
   * twice.
   */
  static float readFromAfar(MemorySegment array) {
    long quarter = array.byteSize() / 4;
    MemorySegment a = array.asSlice(0, quarter);
    MemorySegment b = array.asSlice(quarter, quarter);
    MemorySegment c = array.asSlice(2 * quarter, quarter);
    MemorySegment d = array.asSlice(3 * quarter, quarter);
    FloatVector first = FloatVector.zero(SPECIES);
    FloatVector second = FloatVector.zero(SPECIES);
    FloatVector third = FloatVector.zero(SPECIES);
    FloatVector fourth = FloatVector.zero(SPECIES);
    int count = (int) (quarter / Float.BYTES);
    for (int i = 0; i < count; i += LANES) {
      first = first.add(FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER));
      second = second.add(FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER));
      third = third.add(FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER));
      fourth = fourth.add(FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER));
    }
    return first.add(second).add(third.add(fourth)).reduceLanes(VectorOperators.ADD);
  }

  static void fill(MemorySegment to) {
    MemorySegment a = to.asSlice(0, to.byteSize());
    FloatVector value = FloatVector.broadcast(SPECIES, 1);
    int count = (int) (a.byteSize() / Float.BYTES);
    for (int i = 0; i < count; i += LANES) {
      value.intoMemorySegment(a, i * 4L, ORDER);
    }
  }

  static void copy(MemorySegment from, MemorySegment to) {
    MemorySegment a = from.asSlice(0, from.byteSize());
    MemorySegment b = to.asSlice(0, to.byteSize());
    int count = (int) (a.byteSize() / Float.BYTES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER).intoMemorySegment(b, i * 4L, ORDER);
    }
  }

  static void triad(MemorySegment first, MemorySegment second, MemorySegment to) {
    MemorySegment a = first.asSlice(0, first.byteSize());
    MemorySegment b = second.asSlice(0, second.byteSize());
    MemorySegment c = to.asSlice(0, to.byteSize());
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
    int count = (int) (a.byteSize() / Float.BYTES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER);
      right.fma(factor, left).intoMemorySegment(c, i * 4L, ORDER);
    }
  }

  /** Values stay where they are: each becomes the mean of itself and the first array's. */
  static void update(
      MemorySegment gradient, MemorySegment weight, MemorySegment mean, MemorySegment square) {
    MemorySegment a = gradient.asSlice(0, gradient.byteSize());
    MemorySegment b = weight.asSlice(0, weight.byteSize());
    MemorySegment c = mean.asSlice(0, mean.byteSize());
    MemorySegment d = square.asSlice(0, square.byteSize());
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    int count = (int) (a.byteSize() / Float.BYTES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector given = FloatVector.fromMemorySegment(SPECIES, a, i * 4L, ORDER).mul(half);
      FloatVector first = FloatVector.fromMemorySegment(SPECIES, b, i * 4L, ORDER);
      FloatVector second = FloatVector.fromMemorySegment(SPECIES, c, i * 4L, ORDER);
      FloatVector third = FloatVector.fromMemorySegment(SPECIES, d, i * 4L, ORDER);
      first.fma(half, given).intoMemorySegment(b, i * 4L, ORDER);
      second.fma(half, given).intoMemorySegment(c, i * 4L, ORDER);
      third.fma(half, given).intoMemorySegment(d, i * 4L, ORDER);
    }
  }
}
