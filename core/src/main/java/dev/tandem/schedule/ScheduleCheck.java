package dev.tandem.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a {@link Schedule}: everything that the documentation of its records
 * promises to engines. It looks at kernels one at a time; {@link StorageCheck} looks at how kernels
 * share memory. A violation is a mistake of whoever made the schedule, never of a user.
 */
final class ScheduleCheck {

  private final Schedule schedule;
  private final StorageCheck storage;
  private int number;

  ScheduleCheck(Schedule schedule) {
    this.schedule = schedule;
    this.storage = new StorageCheck(schedule);
  }

  /**
   * Checks everything. Costs a few comparisons for each operand, and a visit of every element where
   * an operand that is written lies close to another one.
   *
   * @throws IllegalArgumentException naming the kernel and the rule, if a rule is broken
   */
  void run() {
    storage.checkSlots();
    for (Kernel kernel : schedule.kernels()) {
      try {
        check(kernel);
        storage.enter(number, kernel);
      } catch (IllegalArgumentException broken) {
        throw new IllegalArgumentException(
            "schedule: kernel %d (%s): %s"
                .formatted(number, kernel.getClass().getSimpleName(), broken.getMessage()),
            broken);
      }
      number++;
    }
    storage.checkOutputsWritten();
  }

  private void check(Kernel kernel) {
    switch (kernel) {
      case Kernel.Elementwise it -> {
        checkSimplified(it.shape(), null, operands(it));
        checkBody(it.body(), it.shape(), 0, it.outputs().size());
        it.outputs().forEach(output -> checkOutput(output, it.shape()));
      }
      case Kernel.Reduction it -> {
        require(it.reduced().length == it.shape().length, "one flag for each axis is needed");
        checkSimplified(it.shape(), it.reduced(), operands(it));
        checkBody(it.body(), it.shape(), 0, 1);
        checkOutput(it.output(), checkFolded(it));
      }
      case Kernel.Matmul it -> checkMatmul(it);
    }
  }

  /** The shape that a reduction's output is written over: 1 along the folded axes. */
  private static int[] checkFolded(Kernel.Reduction kernel) {
    int[] kept = kernel.shape().clone();
    for (int axis = 0; axis < kept.length; axis++) {
      if (kernel.reduced()[axis]) {
        kept[axis] = 1;
        require(
            axis < kernel.output().strides().length && kernel.output().stride(axis) == 0,
            "output %s needs stride 0 along the folded axis %d",
            kernel.output(),
            axis);
      }
    }
    return kept;
  }

  private void checkMatmul(Kernel.Matmul kernel) {
    require(
        kernel.m() > 0 && kernel.n() > 0 && kernel.k() >= 0,
        "m %d and n %d must be positive and k %d not negative",
        kernel.m(),
        kernel.n(),
        kernel.k());
    List<Operand> everyBatch = new ArrayList<>(operands(kernel));
    everyBatch.add(kernel.output());
    checkSimplified(kernel.batch(), null, everyBatch);
    checkOperand(kernel.left(), extended(kernel.batch(), kernel.m(), kernel.k()));
    checkOperand(kernel.right(), extended(kernel.batch(), kernel.k(), kernel.n()));
    int[] shape = extended(kernel.batch(), kernel.m(), kernel.n());
    checkBody(kernel.epilogue(), shape, 1, 1);
    checkOutput(kernel.output(), shape);
    require(
        kernel.output().isContiguous(shape),
        "output %s is not row-major without gaps over %s",
        kernel.output(),
        Arrays.toString(shape));
  }

  static int[] extended(int[] batch, int rows, int columns) {
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    return shape;
  }

  /** Every operand a kernel reads or writes. */
  private static List<Operand> operands(Kernel kernel) {
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
    return operands;
  }

  /** No axis without work or of size 1, and no neighbours that every operand walks as one. */
  private static void checkSimplified(
      int[] shape, boolean @Nullable [] reduced, List<Operand> operands) {
    for (int axis = 0; axis < shape.length; axis++) {
      boolean folded = reduced != null && reduced[axis];
      require(
          shape[axis] > 1 || (shape[axis] == 0 && folded),
          "axis %d of iteration space %s has size %d",
          axis,
          Arrays.toString(shape),
          shape[axis]);
    }
    for (int axis = 0; axis + 1 < shape.length; axis++) {
      boolean sameKind = reduced == null || reduced[axis] == reduced[axis + 1];
      boolean work = shape[axis] != 0 && shape[axis + 1] != 0;
      require(
          !(sameKind && work && walkedAsOne(operands, axis, shape[axis + 1])),
          "axes %d and %d of iteration space %s could be merged",
          axis,
          axis + 1,
          Arrays.toString(shape));
    }
  }

  private static boolean walkedAsOne(List<Operand> operands, int axis, int innerSize) {
    for (Operand operand : operands) {
      int[] strides = operand.strides();
      if (axis + 1 >= strides.length || strides[axis] != strides[axis + 1] * innerSize) {
        return false;
      }
    }
    return true;
  }

  private void checkBody(Body body, int[] shape, int given, int results) {
    Expression expression = body.expression();
    require(
        given + body.inputs().size() == expression.inputs(),
        "%d operands for %d input registers",
        given + body.inputs().size(),
        expression.inputs());
    require(
        body.scalars().length == expression.scalars(),
        "%d scalars for %d scalar registers",
        body.scalars().length,
        expression.scalars());
    require(
        expression.results().size() == results,
        "%d results for %d outputs",
        expression.results().size(),
        results);
    for (int scalar : body.scalars()) {
      require(
          scalar >= 0 && scalar < schedule.scalars(),
          "scalar %d of a schedule with %d",
          scalar,
          schedule.scalars());
    }
    body.inputs().forEach(input -> checkOperand(input, shape));
    for (int i = 0; i < expression.instructions().size(); i++) {
      checkInstruction(expression.instructions().get(i), expression.register(i));
    }
    for (int result : expression.results()) {
      checkRegister(result, expression.registers());
    }
  }

  private static void checkInstruction(Expression.Instruction instruction, int register) {
    switch (instruction) {
      case Expression.Unary it -> checkRegister(it.a(), register);
      case Expression.Binary it -> {
        checkRegister(it.a(), register);
        checkRegister(it.b(), register);
      }
      case Expression.Where it -> {
        checkRegister(it.condition(), register);
        checkRegister(it.a(), register);
        checkRegister(it.b(), register);
      }
      case Expression.Constant it -> {}
    }
  }

  private static void checkRegister(int register, int end) {
    require(
        register >= 0 && register < end, "register %d is read where only %d exist", register, end);
  }

  /** The window lies in its slot. */
  private void checkOperand(Operand operand, int[] shape) {
    require(
        operand.slot() >= 0 && operand.slot() < schedule.slots(),
        "operand %s names a slot that does not exist",
        operand);
    require(
        operand.strides().length == shape.length,
        "operand %s needs a stride for each axis of %s",
        operand,
        Arrays.toString(shape));
    for (int stride : operand.strides()) {
      require(stride >= 0, "operand %s has a negative stride", operand);
    }
    long last = StorageCheck.last(operand, shape);
    require(
        operand.offset() >= 0 && last < schedule.elements(operand.slot()),
        "operand %s over %s leaves its slot of %d elements",
        operand,
        Arrays.toString(shape),
        schedule.elements(operand.slot()));
  }

  /** A window in a slot that may be written, no element of which occurs twice. */
  private void checkOutput(Operand output, int[] shape) {
    checkOperand(output, shape);
    require(output.slot() >= schedule.firstOutput(), "output %s is an input slot", output);
    Integer[] axes = new Integer[shape.length];
    Arrays.setAll(axes, axis -> axis);
    Arrays.sort(axes, (a, b) -> Integer.compare(output.stride(a), output.stride(b)));
    long extent = 1;
    for (int axis : axes) {
      if (shape[axis] > 1) {
        require(
            output.stride(axis) >= extent,
            "output %s over %s overlaps itself",
            output,
            Arrays.toString(shape));
        extent += (shape[axis] - 1L) * output.stride(axis);
      }
    }
  }

  static void require(boolean holds, String message, @Nullable Object... arguments) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(arguments));
    }
  }
}
