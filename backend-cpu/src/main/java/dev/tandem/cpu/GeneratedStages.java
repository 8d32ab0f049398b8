package dev.tandem.cpu;

import dev.tandem.schedule.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a {@link StripProgram} cut into stages: runs of operators that one {@link
 * GeneratedKernel} can compute, and between them operators that stay loops of their own. What one
 * stage hands to another goes through the registers of the strip.
 */
final class GeneratedStages {

  /**
   * Some steps in a row.
   *
   * @param first the first step
   * @param end the first step that does not belong to it any more
   * @param code what a kernel for it computes; null if the steps stay loops
   * @param operands the registers that the kernel's operands are in, its inputs first
   */
  record Stage(int first, int end, @Nullable Expression code, int[] operands) {}

  private final StripProgram program;
  private final List<Stage> stages = new ArrayList<>();
  private final boolean[] loaded; // for each register whether a kernel reads it element by element
  private final boolean whole;

  GeneratedStages(StripProgram program, Slots slots) {
    this.program = program;
    this.loaded = new boolean[program.expression.registers()];
    int steps = program.steps.length;
    for (int step = program.uniformSteps; step < steps; ) {
      int end = end(step);
      stages.add(end - step > 1 ? fused(step, end) : new Stage(step, step + 1, null, new int[0]));
      step = Math.max(end, step + 1);
    }
    this.whole = stages.size() == 1 && stages.getFirst().code() != null && isFlat(slots);
  }

  List<Stage> list() {
    return stages;
  }

  /**
   * Whether one kernel computes everything between inputs and outputs that lie in one piece, so
   * that no strips are needed.
   */
  boolean isWhole() {
    return whole;
  }

  /** The end of the steps from {@code first} on that fit into one kernel. */
  private int end(int first) {
    int weight = 0;
    int step = first;
    while (step < program.steps.length) {
      int next = GeneratedOperators.weight(instruction(step));
      if (next == GeneratedOperators.UNFIT || weight + next > GeneratedOperators.CAPACITY) {
        break;
      }
      weight += next;
      step++;
    }
    return step;
  }

  private Expression.Instruction instruction(int step) {
    Expression expression = program.expression;
    int index = program.steps[step] - expression.inputs() - expression.scalars();
    return expression.instructions().get(index);
  }

  private Stage fused(int first, int end) {
    TreeSet<Integer> varying = new TreeSet<>();
    TreeSet<Integer> uniform = new TreeSet<>();
    TreeSet<Integer> computed = new TreeSet<>();
    for (int step = first; step < end; step++) {
      for (int source : sources(step)) {
        if (isUniform(source)) {
          uniform.add(source);
        } else if (!computed.contains(source)) {
          varying.add(source);
          loaded[source] = true;
        }
      }
      computed.add(program.steps[step]);
    }
    List<Integer> results = new ArrayList<>(computed);
    results.removeIf(register -> !isReadAfter(register, end));
    List<Integer> operands = new ArrayList<>(varying);
    operands.addAll(uniform);
    int[] numbers = new int[program.expression.registers()]; // of each register in the code
    for (int i = 0; i < operands.size(); i++) {
      numbers[operands.get(i)] = i;
    }
    List<Expression.Instruction> instructions = new ArrayList<>();
    for (int step = first; step < end; step++) {
      numbers[program.steps[step]] = operands.size() + instructions.size();
      instructions.add(instruction(step).renumbered(register -> numbers[register]));
    }
    Expression code =
        new Expression(
            varying.size(),
            uniform.size(),
            instructions,
            results.stream().map(register -> numbers[register]).toList());
    operands.addAll(results);
    return new Stage(first, end, code, operands.stream().mapToInt(Integer::intValue).toArray());
  }

  private int[] sources(int step) {
    return new int[] {program.a[step], program.b[step], program.c[step]};
  }

  /** Whether a register is the same for all elements of every strip. */
  private boolean isUniform(int register) {
    boolean column = register < program.inputs.length && program.inputs[register].step == 0;
    return program.uniform[register] || (column && program.stripRows == 1);
  }

  private boolean isReadAfter(int register, int end) {
    return program.expression.results().contains(register)
        || IntStream.range(end, program.steps.length)
            .anyMatch(step -> IntStream.of(sources(step)).anyMatch(it -> it == register));
  }

  private boolean isFlat(Slots slots) {
    if (program.rows != 1) {
      return false;
    }
    for (int input = 0; input < program.inputs.length; input++) {
      Window window = program.inputs[input];
      boolean inPlace = window.step == 1 && !program.copied[input] && hasRoom(window, slots);
      if (!window.uniform && !inPlace) {
        return false;
      }
    }
    for (int output = 0; output < program.outputs.length; output++) {
      Window window = program.outputs[output];
      boolean atEnd = window.offset + program.columns == slots.elements(window.slot);
      boolean wholeVectors = program.columns % Lanes.LANES == 0;
      boolean inPlace = window.step == 1 && (atEnd || wholeVectors) && hasRoom(window, slots);
      if (!program.direct[output] || !inPlace) {
        return false;
      }
    }
    return program.outputs.length > 0;
  }

  /** Whether the last vector of a window lies within the padded slot. */
  private boolean hasRoom(Window window, Slots slots) {
    int end = window.offset + Lanes.wholeVectors(program.columns);
    return end <= Lanes.wholeLines(slots.elements(window.slot));
  }

  /**
   * Whether kernels can run on these registers: an input that is read element by element may turn
   * out to be one value in a strip of a single row.
   */
  boolean fit(Strip[] registers) {
    for (int input = 0; input < program.inputs.length; input++) {
      if (loaded[input] && registers[input].uniform) {
        return false;
      }
    }
    return true;
  }
}
