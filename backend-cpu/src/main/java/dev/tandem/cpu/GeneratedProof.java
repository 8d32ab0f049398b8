package dev.tandem.cpu;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Warms a new kernel on a little memory of its own until the JIT has compiled it, and compares it
 * there with the strips. Nobody else runs it before it has passed: until then it is hundreds of
 * times too slow and makes megabytes of garbage.
 */
final class GeneratedProof {

  /** Floats of each operand: enough for the JIT to see a loop worth unrolling. */
  private static final int ELEMENTS = 1024;

  /** Floats for the first runs, in the interpreter. */
  private static final int FIRST_ELEMENTS = 64;

  private static final int FIRST_RUNS = 250;
  private static final int RUNS_PER_ROUND = 8;
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final int PAUSE_MILLIS = 2;

  private final StripMachine machine;
  private final GeneratedSteps generated;
  private final GeneratedKernel kernel;
  private final Strip[] operands;

  GeneratedProof(Expression code, GeneratedKernel kernel) {
    // memory of every thread, as tensors have: code compiled for another kind is thrown away
    Arena arena = Arena.ofAuto();
    this.kernel = kernel;
    Slots slots = slots(code, arena);
    StripProgram program = program(code, slots);
    MemorySegment cells = memory(arena, program.cells);
    this.machine = new StripMachine(program, slots, cells, memory(arena, program.scratch));
    this.generated =
        machine.bind(new GeneratedStages(program, slots), new @Nullable GeneratedKernel[] {kernel});
    this.operands = new Strip[code.inputs() + code.scalars() + code.results().size()];
    for (int i = 0; i < operands.length; i++) {
      boolean uniform = i >= code.inputs() && i < code.inputs() + code.scalars();
      operands[i] = new Strip(memory(arena, ELEMENTS), 0, uniform);
    }
  }

  private static Slots slots(Expression code, Arena arena) {
    int[] inputs = new int[code.inputs()];
    int[] outputs = new int[code.results().size()];
    int[] updates = new int[outputs.length];
    Arrays.fill(inputs, ELEMENTS);
    Arrays.fill(outputs, ELEMENTS);
    Arrays.fill(updates, -1);
    Slots slots =
        new Slots(new Schedule(List.of(), inputs, outputs, updates, List.of(), 0, code.scalars()));
    Arrays.setAll(slots.segments, slot -> memory(arena, ELEMENTS));
    slots.scalars = new float[code.scalars()];
    Arrays.fill(slots.scalars, 1);
    return slots;
  }

  private static StripProgram program(Expression code, Slots slots) {
    List<Operand> operands = new ArrayList<>();
    for (int slot = 0; slot < code.inputs() + code.results().size(); slot++) {
      operands.add(new Operand(slot, 0, new int[] {1}));
    }
    int[] scalars = IntStream.range(0, code.scalars()).toArray();
    return StripProgram.of(
        new int[] {ELEMENTS},
        new Body(code, operands.subList(0, code.inputs()), scalars),
        operands.subList(code.inputs(), operands.size()),
        slots);
  }

  /** Whole vectors of ones: numbers that no operator is slow at. */
  private static MemorySegment memory(Arena arena, int floats) {
    MemorySegment memory =
        arena.allocate(4 * Lanes.wholeLines(Math.max(1, floats)), MemoryPool.ALIGNMENT);
    for (long i = 0; i < memory.byteSize(); i += 4) {
      memory.set(ValueLayout.JAVA_FLOAT, i, 1);
    }
    return memory;
  }

  /** Makes a kernel and warms it; null if it does not pass, or if the thread is interrupted. */
  static @Nullable GeneratedKernel proven(Expression code) {
    GeneratedKernel kernel = GeneratedCode.compile(code);
    try {
      return new GeneratedProof(code, kernel).succeeds(PATIENCE_NANOS) ? kernel : null;
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /**
   * Whether the kernel comes to beat the strips, without garbage.
   *
   * @param patience nanoseconds that it may take
   * @throws InterruptedException if nobody wants to know any more
   */
  boolean succeeds(long patience) throws InterruptedException {
    for (int run = 0; run < FIRST_RUNS; run++) {
      kernel.run(operands, FIRST_ELEMENTS);
    }
    machine.begin();
    long start = System.nanoTime();
    while (System.nanoTime() - start < patience) {
      if (contest()) {
        return true;
      }
      Thread.sleep(PAUSE_MILLIS); // the compiler may need this core
    }
    return false;
  }

  private boolean contest() {
    GeneratedContest contest = new GeneratedContest(GeneratedMeter.GAUGE);
    while (!contest.isOver()) {
      machine.use(contest.isGeneratedNext() ? generated : null);
      contest.start();
      for (int run = 0; run < RUNS_PER_ROUND; run++) {
        machine.runStrip(0);
      }
      contest.stop();
    }
    return contest.isWon() && contest.isClean();
  }
}
