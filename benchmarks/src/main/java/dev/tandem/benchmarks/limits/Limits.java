package dev.tandem.benchmarks.limits;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;

/**
 * Measures what so many threads of this machine can do at best. Not for use by several threads.
 *
 * <p>A limit is the best of a few rounds of some milliseconds: what the machine could do while
 * nobody disturbed it.
 */
public final class Limits implements AutoCloseable {

  private static final int PEAK_ROUNDS = 50_000;
  private static final int SEPARATION = 16; // doubles in two cache lines

  /**
   * A page: where one array begins a little behind another, counted from the start of a page, some
   * processors take its stores for stores to what is read next, and wait for them.
   */
  private static final int ALIGNMENT = 4096;

  private static final long NEAR_BYTES = 64 << 10;
  private static final long LARGEST_BYTES = 1L << 30;

  private final Team team;
  private final double[] sinks;

  /** Limits of so many threads together. */
  public Limits(int threads) {
    team = new Team(threads);
    sinks = new double[threads * SEPARATION];
  }

  /** Float32 multiply-adds from registers; the amount is floating-point operations. */
  public Gauge peak() {
    IntConsumer work = member -> sinks[member * SEPARATION] += FmaPeak.run(PEAK_ROUNDS);
    return new Gauge(team, FmaPeak.flops(PEAK_ROUNDS) * team.size(), work);
  }

  /**
   * Passes over arrays; the amount is bytes read and written.
   *
   * @param elements of each array, split between the threads and rounded up for each. More than
   *     would make one GiB in all are not taken: that is memory, whatever the size.
   */
  public Gauge bandwidth(Traffic traffic, long elements) {
    long most = LARGEST_BYTES / Float.BYTES / traffic.arrays();
    long each = Math.ceilDiv(Math.min(elements, most), team.size());
    long rounded = Math.max(1, Math.ceilDiv(each, Streams.MULTIPLE)) * Streams.MULTIPLE;
    Arena arena = Arena.ofAuto(); // a gauge is dropped with what it measured
    MemorySegment[][] arrays = new MemorySegment[team.size()][traffic.arrays()];
    for (MemorySegment[] mine : arrays) {
      for (int i = 0; i < mine.length; i++) {
        mine[i] = arena.allocate(rounded * Float.BYTES, ALIGNMENT);
      }
    }
    double bytes = (double) rounded * Float.BYTES * traffic.streams() * team.size();
    return new Gauge(team, bytes, pass(traffic, arrays));
  }

  private IntConsumer pass(Traffic traffic, MemorySegment[][] arrays) {
    return switch (traffic) {
      case READ ->
          arrays[0][0].byteSize() <= NEAR_BYTES
              ? reading(member -> Streams.read(arrays[member][0]))
              : reading(member -> Streams.readFromAfar(arrays[member][0]));
      case FILL -> member -> Streams.fill(arrays[member][0]);
      case COPY -> member -> Streams.copy(arrays[member][0], arrays[member][1]);
      case TRIAD ->
          member -> Streams.triad(arrays[member][0], arrays[member][1], arrays[member][2]);
      case UPDATE ->
          member -> {
            MemorySegment[] mine = arrays[member];
            Streams.update(mine[0], mine[1], mine[2], mine[3]);
          };
    };
  }

  private IntConsumer reading(IntToDoubleFunction sum) {
    return member -> sinks[member * SEPARATION] += sum.applyAsDouble(member);
  }

  /** Sends the threads home. */
  @Override
  public void close() {
    team.close();
  }
}
