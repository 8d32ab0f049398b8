package dev.tandem.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of this machine, as constants: the JIT needs the species to be one. Vectors are
 * at most 512 bits wide, so that 64-byte padding always holds whole vectors.
 *
 * <p>No other width is used anywhere. Methods of {@code FloatVector} are shared by all widths and
 * so is the JIT's profile of them: once they have seen a second width, every loop compiled from
 * then on asks each of its vectors which one it is, and for that makes it an object.
 */
final class Lanes {

  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  static final int LANES = SPECIES.length();

  /** Bytes of a vector of floats. */
  static final long VECTOR_BYTES = 4L * LANES;

  /** Floats that storage is padded to, whatever the vector width: a cache line. */
  static final int PADDING = 16;

  /**
   * The order of bytes in memory. Loops call {@code FloatVector.fromMemorySegment} and {@code
   * intoMemorySegment} with it directly, never through a method of ours: those two are always
   * inlined, while the JIT leaves a small method of ours out of line at a rarely taken branch once
   * it has been compiled by itself ("already compiled into a medium method"), and then every vector
   * that meets its result is boxed.
   *
   * <p>Each loop over vectors of a segment takes a slice of it first, {@code
   * known(segment).asSlice(...)}, for then the JIT knows its class ({@link OffHeap}). What it has
   * seen elsewhere would count otherwise: the library's own code for a vector operation that is not
   * compiled yet works on segments over arrays, after which a loop would ask about the class each
   * time, and take half as long again.
   */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Whether the machine has 32 vector registers; 16 otherwise, which is x86 before AVX-512. */
  static final boolean MANY_REGISTERS = manyRegisters();

  /**
   * Whether {@code VarHandle.loadLoadFence} is no instruction on this machine, and only keeps the
   * JIT from changing the order of loads.
   */
  static final boolean FREE_FENCES = isX86();

  private Lanes() {}

  private static boolean isX86() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  private static boolean manyRegisters() {
    return !isX86() || SPECIES.vectorShape() == VectorShape.S_512_BIT;
  }

  /** A vector of one value, for static final fields: as constants they cost the JIT least. */
  static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** {@code elements} rounded up to whole vectors. */
  static int wholeVectors(int elements) {
    return (elements + LANES - 1) & -LANES;
  }

  /** {@code elements} rounded up to whole cache lines. */
  static long wholeLines(long elements) {
    return (elements + PADDING - 1) & -PADDING;
  }
}
