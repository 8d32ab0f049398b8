package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;

/** An elementwise kernel: its strips are independent, so threads take them as they come. */
final class ElementwiseKernel implements PreparedKernel, Parallel.Work {

  /** How many times faster a single generated kernel is than the strips, roughly (measured). */
  private static final double GENERATED_SPEED = 3;

  /**
   * A generated kernel takes up its operands anew for each chunk, which is worth this much work.
   */
  private static final double GENERATED_NANOS_PER_CHUNK = 2_000;

  /**
   * How the strips are divided between threads.
   *
   * @param nanos about how long all of them take
   */
  private record Division(long stripsPerChunk, int chunks, double nanos) {
    static Division of(long strips, int wanted, double nanos) {
      long stripsPerChunk = (strips + wanted - 1) / wanted;
      return new Division(
          stripsPerChunk, (int) ((strips + stripsPerChunk - 1) / stripsPerChunk), nanos);
    }
  }

  private final Parallel parallel;
  private final StripProgram program;
  private final StripMachine[] machines; // one for each thread that can take part
  private final GeneratedChoice choice;
  private final long strips;
  private final Division byStrips;
  private final Division whole; // of the generated form, if that is a single kernel
  private Division division; // of this run

  /** The way to run a kernel that suits its size. */
  static PreparedKernel of(Kernel.Elementwise kernel, Preparation preparation) {
    PreparedKernel single = SingleElement.prepare(kernel, preparation.slots());
    return single != null ? single : new ElementwiseKernel(kernel, preparation);
  }

  ElementwiseKernel(Kernel.Elementwise kernel, Preparation preparation) {
    this.parallel = preparation.parallel();
    this.program =
        StripProgram.of(kernel.shape(), kernel.body(), kernel.outputs(), preparation.slots());
    this.strips = program.strips();
    double nanos = program.rows * (double) program.columns * program.nanosPerElement;
    this.byStrips = Division.of(strips, preparation.chunks(strips, nanos), nanos);
    double generatedNanos = nanos / GENERATED_SPEED;
    long pieces = (long) Math.max(1, generatedNanos / GENERATED_NANOS_PER_CHUNK);
    this.whole =
        Division.of(
            strips, preparation.chunks(Math.min(strips, pieces), generatedNanos), generatedNanos);
    this.division = byStrips;
    this.machines = preparation.machines(program, byStrips.chunks);
    this.choice = preparation.choice(program, machines, nanos);
  }

  @Override
  public void run() {
    choice.begin();
    division = choice.isWhole() ? whole : byStrips;
    parallel.run(this, division.chunks, division.nanos);
    choice.end();
  }

  @Override
  public double nanos() {
    return byStrips.nanos;
  }

  @Override
  public void begin(int participant) {
    machines[participant].begin();
  }

  @Override
  public void run(int participant, int chunk) {
    StripMachine machine = machines[participant];
    long first = chunk * division.stripsPerChunk;
    long end = Math.min(strips, first + division.stripsPerChunk);
    if (choice.isWhole()) {
      long endColumn = Math.min(program.columns, end * program.stripColumns);
      machine.runWhole((int) first * program.stripColumns, (int) endColumn);
      return;
    }
    for (long strip = first; strip < end; strip++) {
      machine.runStrip(strip);
    }
  }
}
