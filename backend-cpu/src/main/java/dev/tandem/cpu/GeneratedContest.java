package dev.tandem.cpu;

/**
 * Compares the two forms of a kernel, run in turns: by the fastest run of each and by the heap
 * memory that the generated form takes.
 */
final class GeneratedContest {

  /** How much slower a kernel may seem: two runs of the same code differ by as much. */
  private static final double TOLERANCE = 1.03;

  private static final int LEAST_RUNS = 40;

  /** Short runs are repeated for so long: the JIT has to notice what calls a kernel, too. */
  private static final long LEAST_NANOS = 5_000_000;

  private final GeneratedMeter meter;
  private final Score strips = new Score();
  private final Score generated = new Score();
  private int runs;
  private long nanos;

  /** The best of one form. */
  private static final class Score {
    private long nanos = Long.MAX_VALUE;
    private long bytes = Long.MAX_VALUE;
  }

  GeneratedContest(GeneratedMeter.Gauge gauge) {
    this.meter = new GeneratedMeter(gauge);
  }

  /** Whether the next run is one of the generated form. */
  boolean isGeneratedNext() {
    return (runs & 1) != 0;
  }

  void start() {
    meter.start();
  }

  void stop() {
    meter.stop();
    Score score = isGeneratedNext() ? generated : strips;
    score.nanos = Math.min(score.nanos, meter.nanos());
    score.bytes = Math.min(score.bytes, meter.bytes());
    nanos += meter.nanos();
    runs++;
  }

  boolean isOver() {
    return runs >= LEAST_RUNS && nanos >= LEAST_NANOS;
  }

  /**
   * Whether the generated form was not slower and made no garbage that the strips did not make: the
   * code around both may not be compiled yet.
   */
  boolean isWon() {
    return generated.bytes <= strips.bytes && generated.nanos <= TOLERANCE * strips.nanos;
  }

  /** Whether the generated form made no garbage at all. */
  boolean isClean() {
    return generated.bytes == 0;
  }

  /** The time of the fastest run of the generated form. */
  long nanosOfGenerated() {
    return generated.nanos;
  }
}
