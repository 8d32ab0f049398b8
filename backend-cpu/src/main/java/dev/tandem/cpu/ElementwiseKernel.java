package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;

/** An elementwise kernel: its strips are independent, so threads take them as they come. */
final class ElementwiseKernel implements PreparedKernel, Parallel.Work {

  private final Parallel parallel;
  private final StripProgram program;
  private final StripMachine[] machines; // one for each thread that can take part
  private final GeneratedChoice choice;
  private final long strips;
  private final long stripsPerChunk;
  private final int chunks;
  private final double nanos;

  ElementwiseKernel(Kernel.Elementwise kernel, Preparation preparation) {
    this.parallel = preparation.parallel();
    this.program =
        StripProgram.of(kernel.shape(), kernel.body(), kernel.outputs(), preparation.slots());
    this.strips = program.strips();
    this.nanos = program.rows * (double) program.columns * program.nanosPerElement;
    int wanted = preparation.chunks(strips, nanos);
    this.stripsPerChunk = (strips + wanted - 1) / wanted;
    this.chunks = (int) ((strips + stripsPerChunk - 1) / stripsPerChunk);
    this.machines = preparation.machines(program, chunks);
    this.choice = preparation.choice(program, machines, nanos);
  }

  @Override
  public void run() {
    choice.begin();
    parallel.run(this, chunks, nanos);
    choice.end();
  }

  @Override
  public double nanos() {
    return nanos;
  }

  @Override
  public void begin(int participant) {
    machines[participant].begin();
  }

  @Override
  public void run(int participant, int chunk) {
    StripMachine machine = machines[participant];
    long first = chunk * stripsPerChunk;
    long end = Math.min(strips, first + stripsPerChunk);
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
