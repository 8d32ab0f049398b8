package dev.tandem;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A source of random numbers, bit for bit the one of PyTorch's CPU generator: the same seed and the
 * same sequence of calls give the numbers that PyTorch gives after {@code torch.manual_seed(seed)}.
 * There is no global generator and no seed taken from the clock: whoever wants random numbers
 * passes a generator along.
 *
 * <table>
 * <caption>What corresponds to what</caption>
 * <tr><th>here</th><th>PyTorch, float32 on the CPU</th></tr>
 * <tr><td>{@link #uniform(float[], double, double)}</td><td>{@code rand}, {@code uniform_}</td></tr>
 * <tr><td>{@link #normal(float[], double, double)}</td><td>{@code randn}, {@code normal_}</td></tr>
 * <tr><td>{@link #kaimingUniform(float[], int)}</td><td>{@code Linear}'s initial weight</td></tr>
 * <tr><td>{@link #permutation(int)}</td><td>{@code randperm}</td></tr>
 * <tr><td>{@link #nextInt(int)}, {@link #nextLong(long)}</td><td>{@code randint}</td></tr>
 * </table>
 *
 * <p>PyTorch's own numbers depend a little on the machine; these are the ones of x86 processors
 * with AVX2, where its code fuses multiplications with additions. They are the same here on every
 * platform.
 *
 * <p>Thread safety: every method takes the generator's lock, so threads may share one and each call
 * gets its numbers in one piece; but which thread comes first is chance, so give each thread its
 * own where the numbers shall be the same in every run.
 */
public final class Generator {

  private static final float FLOAT_UNIT = 0x1p-24f;
  private static final double DOUBLE_UNIT = 0x1p-53;
  private static final int FLOAT_MASK = (1 << 24) - 1;
  private static final long DOUBLE_MASK = (1L << 53) - 1;

  /** From this many values on PyTorch fills tensors with normal numbers by blocks. */
  private static final int SMALLEST_BLOCKWISE = 16;

  /** From this range on PyTorch takes 64 bits for a bounded integer. */
  private static final long SMALLEST_WIDE_RANGE = 1L << 28;

  /** From this length on PyTorch shuffles with 64 bits, and in another order. */
  private static final int SMALLEST_WIDE_PERMUTATION = (int) (0xffffffffL / 20);

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private MersenneTwister bits;
  private double spareNormal =
      Double.NaN; // the second of a pair, kept for the next call; NaN: none

  private Generator(MersenneTwister bits) {
    this.bits = bits;
  }

  /**
   * A generator that starts where {@code torch.manual_seed(seed)} starts.
   *
   * @param seed only its low 32 bits count, as in PyTorch
   */
  public static Generator seeded(long seed) {
    return new Generator(new MersenneTwister((int) seed));
  }

  /** A uniform number of [0, 1), a multiple of 2^-24. */
  public synchronized float nextFloat() {
    return (bits.next() & FLOAT_MASK) * FLOAT_UNIT;
  }

  /** A uniform number of [0, 1), a multiple of 2^-53. */
  public synchronized double nextDouble() {
    return (nextLong() & DOUBLE_MASK) * DOUBLE_UNIT;
  }

  /** 64 random bits. */
  public synchronized long nextLong() {
    long high = bits.next();
    return high << 32 | Integer.toUnsignedLong(bits.next());
  }

  /**
   * An integer of [0, bound), uniform up to the skew of taking a remainder (below 7 % for the worst
   * bound, and only for bounds of many millions).
   *
   * @throws IllegalArgumentException if bound is not positive
   */
  public int nextInt(int bound) {
    checkBound(bound, "nextInt");
    return (int) nextLong(bound);
  }

  /**
   * An integer of [0, bound), as {@link #nextInt(int)}.
   *
   * @throws IllegalArgumentException if bound is not positive
   */
  public synchronized long nextLong(long bound) {
    checkBound(bound, "nextLong");
    return bound < SMALLEST_WIDE_RANGE
        ? Integer.toUnsignedLong(bits.next()) % bound
        : Long.remainderUnsigned(nextLong(), bound);
  }

  private static void checkBound(long bound, String operation) {
    if (bound <= 0) {
      throw new IllegalArgumentException(
          "%s: bound %d; it must be positive".formatted(operation, bound));
    }
  }

  /**
   * A normal number with mean 0 and standard deviation 1, in double precision. Numbers are made in
   * pairs; the second of a pair is kept for the next call, also for that of a short {@link
   * #normal}.
   */
  public synchronized double nextNormal() {
    double spare = spareNormal;
    if (!Double.isNaN(spare)) {
      spareNormal = Double.NaN;
      return spare;
    }
    double angle = 2 * Math.PI * nextDouble();
    double radius = Math.sqrt(-2 * StrictMath.log1p(-nextDouble()));
    spareNormal = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /**
   * Fills an array with uniform numbers of [low, high). Rounding to float32 can yield high itself.
   *
   * @throws IllegalArgumentException if low exceeds high, or their difference is no finite float
   */
  public void uniform(float[] target, double low, double high) {
    uniform(MemorySegment.ofArray(target), low, high);
  }

  /**
   * Fills memory with uniform numbers of [low, high), as float32 in the platform's byte order.
   *
   * @param target heap or off-heap, of any alignment; its size a multiple of 4 bytes
   * @throws IllegalArgumentException if low exceeds high, their difference is no finite float, or
   *     the size is no multiple of 4
   */
  public synchronized void uniform(MemorySegment target, double low, double high) {
    long count = floatsIn(target, "uniform");
    float from = (float) low;
    float range = (float) high - from;
    if (!(low <= high) || !Float.isFinite(range)) {
      throw new IllegalArgumentException(
          "uniform: from %s to %s; the bounds must be finite and in order".formatted(low, high));
    }
    for (long i = 0; i < count; i++) {
      target.setAtIndex(FLOAT, i, Math.fma(nextFloat(), range, from));
    }
  }

  /**
   * Fills an array with normal numbers. Fewer than 16 are computed one by one in double precision,
   * 16 and more by blocks in single precision, as PyTorch does: the two differ in what they consume
   * and in their numbers.
   *
   * @throws IllegalArgumentException if the standard deviation is negative or NaN
   */
  public void normal(float[] target, double mean, double standardDeviation) {
    normal(MemorySegment.ofArray(target), mean, standardDeviation);
  }

  /**
   * Fills memory with normal numbers, as {@link #normal(float[], double, double)}, as float32 in
   * the platform's byte order.
   *
   * @param target heap or off-heap, of any alignment; its size a multiple of 4 bytes
   * @throws IllegalArgumentException if the standard deviation is negative or NaN, or the size is
   *     no multiple of 4
   */
  public synchronized void normal(MemorySegment target, double mean, double standardDeviation) {
    long count = floatsIn(target, "normal");
    if (!(standardDeviation >= 0)) {
      throw new IllegalArgumentException(
          "normal: standard deviation %s; it must not be negative".formatted(standardDeviation));
    }
    if (count < SMALLEST_BLOCKWISE) {
      for (long i = 0; i < count; i++) {
        target.setAtIndex(FLOAT, i, (float) Math.fma(nextNormal(), standardDeviation, mean));
      }
      return;
    }
    float[] block = new float[BoxMuller.BLOCK];
    long rest = count % BoxMuller.BLOCK;
    for (long start = 0; start < count - rest; start += BoxMuller.BLOCK) {
      normalBlock(block, target, start, mean, standardDeviation);
    }
    if (rest > 0) {
      // PyTorch draws the rest, drops it, and computes the last 16 values anew
      for (long i = 0; i < rest; i++) {
        bits.next();
      }
      normalBlock(block, target, count - BoxMuller.BLOCK, mean, standardDeviation);
    }
  }

  private void normalBlock(
      float[] block, MemorySegment target, long start, double mean, double standardDeviation) {
    for (int i = 0; i < BoxMuller.BLOCK; i++) {
      block[i] = nextFloat();
    }
    BoxMuller.transform(block, (float) mean, (float) standardDeviation);
    MemorySegment.copy(block, 0, target, FLOAT, start * Float.BYTES, BoxMuller.BLOCK);
  }

  /**
   * Fills the weight of a linear layer as PyTorch's {@code Linear} does: uniform numbers within
   * plus and minus {@code 1 / sqrt(fanIn)}. (PyTorch computes that bound as {@code
   * kaiming_uniform_(a=sqrt(5))}, in steps whose rounding this method follows; the bias has the
   * plain bound, so use {@code uniform(bias, -bound, bound)} with {@code bound = 1 /
   * Math.sqrt(fanIn)} after it.)
   *
   * @param fanIn how many inputs each output is a sum of
   * @throws IllegalArgumentException if fanIn is not positive
   */
  public void kaimingUniform(float[] target, int fanIn) {
    kaimingUniform(MemorySegment.ofArray(target), fanIn);
  }

  /**
   * As {@link #kaimingUniform(float[], int)}, into memory as float32 in the platform's byte order.
   *
   * @param target heap or off-heap, of any alignment; its size a multiple of 4 bytes
   * @throws IllegalArgumentException if fanIn is not positive, or the size is no multiple of 4
   */
  public void kaimingUniform(MemorySegment target, int fanIn) {
    if (fanIn <= 0) {
      throw new IllegalArgumentException(
          "kaimingUniform: fan-in %d; it must be positive".formatted(fanIn));
    }
    double slope = Math.sqrt(5);
    double gain = Math.sqrt(2 / (1 + slope * slope));
    double bound = Math.sqrt(3) * (gain / Math.sqrt(fanIn));
    uniform(target, -bound, bound);
  }

  /**
   * The numbers 0 to n - 1 in random order.
   *
   * @throws IllegalArgumentException if n is negative
   */
  public int[] permutation(int n) {
    if (n < 0) {
      throw new IllegalArgumentException(
          "permutation: of %d; it must not be negative".formatted(n));
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    if (n < SMALLEST_WIDE_PERMUTATION) {
      shuffle(order);
    } else {
      shuffleWide(order);
    }
    return order;
  }

  private synchronized void shuffle(int[] order) {
    for (int i = 0; i < order.length - 1; i++) {
      long left = order.length - i;
      swap(order, i, i + (int) (Integer.toUnsignedLong(bits.next()) % left));
    }
  }

  /** PyTorch's way from 214,748,364 on; the first step, whose outcome is known, draws as well. */
  synchronized void shuffleWide(int[] order) {
    for (int i = 0; i < order.length; i++) {
      swap(order, i, (int) Long.remainderUnsigned(nextLong(), i + 1L));
    }
  }

  private static void swap(int[] order, int i, int j) {
    int kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }

  /**
   * All that determines the numbers to come, for {@link #restore}: 2,512 bytes, the same on every
   * platform.
   */
  public synchronized byte[] state() {
    return new GeneratorState(bits.words(), bits.position(), spareNormal).toBytes();
  }

  /**
   * Continues where another generator was when its {@link #state} was taken.
   *
   * @throws IllegalArgumentException if the bytes are no such state; nothing is changed then
   */
  public void restore(byte[] state) {
    GeneratorState parsed = GeneratorState.fromBytes(state);
    MersenneTwister restored = new MersenneTwister(parsed.words(), parsed.position());
    synchronized (this) {
      bits = restored;
      spareNormal = parsed.spareNormal();
    }
  }

  private static long floatsIn(MemorySegment target, String operation) {
    long bytes = target.byteSize();
    if (bytes % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%s: target of %,d bytes; float32 values take 4 bytes each".formatted(operation, bytes));
    }
    return bytes / Float.BYTES;
  }
}
