package dev.tandem.reference;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.util.Arrays;
import java.util.List;

/**
 * What each kernel means, in loops: visit every index of the iteration space in row-major order and
 * do there what the kernel says. Formulas come from the enums of {@code dev.tandem.schedule}, all
 * in double; the {@link Precision} rounds each register, and sums only when they are complete.
 */
final class KernelLoops {

  private final Precision precision;
  private final double[][] storage; // [slot][element]
  private final int[] start; // [slot], where the slot begins in its storage
  private final float[] scalars;

  KernelLoops(Precision precision, double[][] storage, int[] start, float[] scalars) {
    this.precision = precision;
    this.storage = storage;
    this.start = start;
    this.scalars = scalars;
  }

  void run(Kernel kernel) {
    switch (kernel) {
      case Kernel.Elementwise it -> elementwise(it);
      case Kernel.Reduction it -> reduction(it);
      case Kernel.Matmul it -> matmul(it);
    }
  }

  private void elementwise(Kernel.Elementwise kernel) {
    List<Integer> results = kernel.body().expression().results();
    Evaluation evaluation = new Evaluation(kernel.body(), 0);
    int[] index = new int[kernel.shape().length];
    do {
      double[] registers = evaluation.at(index);
      // every operand has been loaded by now, so that an output may overwrite one in place
      for (int o = 0; o < results.size(); o++) {
        store(kernel.outputs().get(o), index, registers[results.get(o)]);
      }
    } while (advance(index, kernel.shape()));
  }

  private void reduction(Kernel.Reduction kernel) {
    int[] kept = onlyAxes(kernel.shape(), kernel.reduced(), false);
    int[] folded = onlyAxes(kernel.shape(), kernel.reduced(), true);
    int result = kernel.body().expression().results().getFirst();
    Evaluation evaluation = new Evaluation(kernel.body(), 0);
    int[] outer = new int[kept.length];
    int[] inner = new int[folded.length];
    int[] index = new int[kept.length];
    do {
      double accumulated = kernel.op().start();
      if (kernel.count() > 0) {
        do {
          for (int axis = 0; axis < index.length; axis++) {
            index[axis] = outer[axis] + inner[axis];
          }
          double value = evaluation.at(index)[result];
          accumulated = kernel.op().combine(accumulated, value);
        } while (advance(inner, folded));
      }
      double finished = kernel.op().finish(accumulated, kernel.count());
      store(kernel.output(), outer, precision.round(finished));
    } while (advance(outer, kept));
  }

  /** The shape with every axis set to 1 that is not wanted. */
  private static int[] onlyAxes(int[] shape, boolean[] reduced, boolean wanted) {
    int[] part = shape.clone();
    for (int axis = 0; axis < part.length; axis++) {
      part[axis] = reduced[axis] == wanted ? part[axis] : 1;
    }
    return part;
  }

  private void matmul(Kernel.Matmul kernel) {
    int batchRank = kernel.batch().length;
    int[] shape = Arrays.copyOf(kernel.batch(), batchRank + 2);
    shape[batchRank] = kernel.m();
    shape[batchRank + 1] = kernel.n();
    int result = kernel.epilogue().expression().results().getFirst();
    Evaluation epilogue = new Evaluation(kernel.epilogue(), 1);
    int[] index = new int[batchRank + 2]; // batch axes, then i, then j
    do {
      epilogue.registers[0] = precision.round(product(kernel, index));
      store(kernel.output(), index, epilogue.at(index)[result]);
    } while (advance(index, shape));
  }

  /** Row {@code i} of the left matrix times column {@code j} of the right one. */
  private double product(Kernel.Matmul kernel, int[] index) {
    int batchRank = kernel.batch().length;
    double[] left = storage[kernel.left().slot()];
    double[] right = storage[kernel.right().slot()];
    int[] row = index.clone();
    row[batchRank + 1] = 0; // [batch, i, 0]
    int[] column = index.clone();
    column[batchRank] = 0; // [batch, 0, j]
    int leftAt = address(kernel.left(), row);
    int rightAt = address(kernel.right(), column);
    int leftStride = kernel.left().stride(batchRank + 1);
    int rightStride = kernel.right().stride(batchRank);
    double sum = 0;
    for (int p = 0; p < kernel.k(); p++) {
      sum += left[leftAt + p * leftStride] * right[rightAt + p * rightStride];
    }
    return sum;
  }

  /** Runs the expression of a body at one index after another. */
  private final class Evaluation {

    private final Expression expression;
    private final List<Operand> inputs;
    private final int firstInput;
    final double[] registers;

    /**
     * A body, its scalars already in their registers.
     *
     * @param firstInput the register of the first operand: 1 if register 0 is set by the caller
     */
    Evaluation(Body body, int firstInput) {
      this.expression = body.expression();
      this.inputs = body.inputs();
      this.firstInput = firstInput;
      this.registers = new double[expression.registers()];
      for (int s = 0; s < body.scalars().length; s++) {
        registers[expression.inputs() + s] = scalars[body.scalars()[s]];
      }
    }

    /** All registers after the program has run at an index. */
    double[] at(int[] index) {
      for (int i = 0; i < inputs.size(); i++) {
        registers[firstInput + i] = load(inputs.get(i), index);
      }
      List<Expression.Instruction> instructions = expression.instructions();
      for (int i = 0; i < instructions.size(); i++) {
        registers[expression.register(i)] = precision.round(compute(instructions.get(i)));
      }
      return registers;
    }

    private double compute(Expression.Instruction instruction) {
      return switch (instruction) {
        case Expression.Unary it -> it.op().apply(registers[it.a()]);
        case Expression.Binary it -> it.op().apply(registers[it.a()], registers[it.b()]);
        case Expression.Where it -> registers[registers[it.condition()] != 0 ? it.a() : it.b()];
        case Expression.Constant it -> it.value();
      };
    }
  }

  private double load(Operand operand, int[] index) {
    return storage[operand.slot()][address(operand, index)];
  }

  private void store(Operand operand, int[] index, double value) {
    storage[operand.slot()][address(operand, index)] = value;
  }

  private int address(Operand operand, int[] index) {
    int address = start[operand.slot()] + operand.offset();
    for (int axis = 0; axis < index.length; axis++) {
      address += index[axis] * operand.stride(axis);
    }
    return address;
  }

  /** Moves to the next index in row-major order; false, and back at the first, after the last. */
  private static boolean advance(int[] index, int[] shape) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return true;
      }
      index[axis] = 0;
    }
    return false;
  }
}
