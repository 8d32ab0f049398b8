package dev.tandem.graph;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Replaces the provisional slots of finished kernels by their final numbers. */
final class SlotNumbering {

  private final Slots slots;

  private SlotNumbering(Slots slots) {
    this.slots = slots;
  }

  static List<Kernel> renumber(List<Kernel> kernels, Slots slots) {
    SlotNumbering numbering = new SlotNumbering(slots);
    return kernels.stream().map(numbering::renumber).toList();
  }

  private Kernel renumber(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Elementwise it ->
          new Kernel.Elementwise(
              it.shape(), renumber(it.body()), it.outputs().stream().map(this::renumber).toList());
      case Kernel.Reduction it ->
          new Kernel.Reduction(
              it.shape(), it.reduced(), it.op(), renumber(it.body()), renumber(it.output()));
      case Kernel.Matmul it ->
          new Kernel.Matmul(
              it.batch(),
              it.m(),
              it.n(),
              it.k(),
              renumber(it.left()),
              renumber(it.right()),
              renumber(it.epilogue()),
              renumber(it.output()));
    };
  }

  private Body renumber(Body body) {
    return new Body(
        body.expression(), body.inputs().stream().map(this::renumber).toList(), body.scalars());
  }

  private Operand renumber(Operand operand) {
    return new Operand(slots.finalSlot(operand.slot()), operand.offset(), operand.strides());
  }

  /** Visits the slot of every operand of a kernel. */
  static void forEachSlot(Kernel kernel, IntConsumer visitor) {
    List<Operand> operands = new ArrayList<>();
    switch (kernel) {
      case Kernel.Elementwise it -> {
        operands.addAll(it.body().inputs());
        operands.addAll(it.outputs());
      }
      case Kernel.Reduction it -> {
        operands.addAll(it.body().inputs());
        operands.add(it.output());
      }
      case Kernel.Matmul it -> {
        operands.add(it.left());
        operands.add(it.right());
        operands.addAll(it.epilogue().inputs());
        operands.add(it.output());
      }
    }
    operands.forEach(operand -> visitor.accept(operand.slot()));
  }
}
