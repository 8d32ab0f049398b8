package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Schedule;
import dev.tandem.testing.KernelCase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Runs the elementwise kernels of a case in a chosen form, without waiting until one is hot. */
final class BothForms {

  private final KernelCase of;
  private final Slots slots;
  private int generated;

  private BothForms(KernelCase of) {
    this.of = of;
    this.slots = new Slots(of.schedule());
    Schedule schedule = of.schedule();
    for (int slot = 0; slot < schedule.slots(); slot++) {
      slots.segments[slot] = memory(schedule.elements(slot));
    }
    for (int input = 0; input < of.inputs().length; input++) {
      float[] values = of.inputs()[input];
      MemorySegment.copy(
          values, 0, slots.segments[input], ValueLayout.JAVA_FLOAT, 0, values.length);
    }
    for (int output = 0; output < schedule.updates().length; output++) {
      if (schedule.updates()[output] >= 0) {
        slots.segments[schedule.firstOutput() + output] =
            slots.segments[schedule.updates()[output]];
      }
    }
    slots.scalars = of.scalars();
  }

  /** Padded with what must not come through. */
  private static MemorySegment memory(int floats) {
    MemorySegment memory =
        Arena.ofAuto().allocate(4 * Lanes.wholeLines(Math.max(1, floats)), MemoryPool.ALIGNMENT);
    for (long i = 0; i < memory.byteSize(); i += 4) {
      memory.set(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
    return memory;
  }

  /** The results of the strips. */
  static float[][] strips(KernelCase of) {
    BothForms forms = new BothForms(of);
    return forms.run((program, machine) -> forEachStrip(program, machine));
  }

  /** The results of the generated form, strip by strip; null if there is nothing to generate. */
  static float @Nullable [][] stages(KernelCase of) {
    BothForms forms = new BothForms(of);
    float[][] results =
        forms.run((program, machine) -> {
          forms.generate(program, machine);
          forEachStrip(program, machine);
        });
    return forms.generated == 0 ? null : results;
  }

  /** The results of the generated form without strips, in two parts; null if strips are needed. */
  static float @Nullable [][] whole(KernelCase of) {
    BothForms forms = new BothForms(of);
    float[][] results =
        forms.run((program, machine) -> {
          if (forms.generate(program, machine).isWhole()) {
            int middle = program.columns / 2 & -Lanes.PADDING;
            if (middle > 0) {
              machine.runWhole(0, middle);
            }
            machine.runWhole(middle, program.columns);
          } else {
            forms.generated = Integer.MIN_VALUE;
          }
        });
    return forms.generated <= 0 ? null : results;
  }

  private GeneratedStages generate(StripProgram program, StripMachine machine) {
    GeneratedStages stages = new GeneratedStages(program, slots);
    @Nullable GeneratedKernel[] kernels = new GeneratedKernel[stages.list().size()];
    for (int stage = 0; stage < kernels.length; stage++) {
      var code = stages.list().get(stage).code();
      if (code != null) {
        kernels[stage] = GeneratedCode.compile(code);
        generated++;
      }
    }
    machine.use(machine.bind(stages, kernels));
    return stages;
  }

  private static void forEachStrip(StripProgram program, StripMachine machine) {
    for (long strip = 0; strip < program.strips(); strip++) {
      machine.runStrip(strip);
    }
  }

  private float[][] run(BiConsumer<StripProgram, StripMachine> form) {
    for (Kernel kernel : of.schedule().kernels()) {
      Kernel.Elementwise elementwise = (Kernel.Elementwise) kernel;
      StripProgram program =
          StripProgram.of(elementwise.shape(), elementwise.body(), elementwise.outputs(), slots);
      StripMachine machine =
          new StripMachine(program, slots, memory(program.cells), memory(program.scratch));
      machine.begin();
      form.accept(program, machine);
    }
    Schedule schedule = of.schedule();
    float[][] results = new float[schedule.outputs().length][];
    for (int output = 0; output < results.length; output++) {
      results[output] =
          slots
              .segments[schedule.firstOutput() + output]
              .asSlice(0, 4L * schedule.outputs()[output])
              .toArray(ValueLayout.JAVA_FLOAT);
    }
    return results;
  }
}
