package dev.tandem.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stages of a program with their kernels, bound to the registers of one machine. */
final class GeneratedSteps {

  private final GeneratedStages stages;
  private final StripMachine machine;
  private final Strip[] registers;
  private final int[] first;
  private final int[] end;
  private final @Nullable GeneratedKernel[] kernels; // of each stage; null where steps stay loops
  private final Strip[][] operands;

  GeneratedSteps(
      GeneratedStages stages,
      @Nullable GeneratedKernel[] kernels,
      StripMachine machine,
      Strip[] registers) {
    List<GeneratedStages.Stage> list = stages.list();
    this.stages = stages;
    this.machine = machine;
    this.registers = registers;
    this.kernels = kernels;
    this.first = list.stream().mapToInt(GeneratedStages.Stage::first).toArray();
    this.end = list.stream().mapToInt(GeneratedStages.Stage::end).toArray();
    this.operands = new Strip[list.size()][];
    for (int stage = 0; stage < operands.length; stage++) {
      int[] places = list.get(stage).operands();
      operands[stage] = new Strip[places.length];
      for (int i = 0; i < places.length; i++) {
        operands[stage][i] = registers[places[i]];
      }
    }
  }

  /** Whether they can run on the strips that the registers are bound to now. */
  boolean fit() {
    return stages.fit(registers);
  }

  /** Computes {@code n} floats, whole vectors. */
  void run(int n) {
    for (int stage = 0; stage < kernels.length; stage++) {
      GeneratedKernel kernel = kernels[stage];
      if (kernel == null) {
        machine.execute(first[stage], end[stage], n);
      } else {
        kernel.run(operands[stage], n);
      }
    }
  }
}
