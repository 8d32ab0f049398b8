package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reductions: chooses between the two ways to fold, along the last axis ({@link RowReduction}) and
 * along others ({@link ColumnReduction}), and rearranges the iteration space for them. A fold of
 * one value each is that value, and no reduction. What is combined with what depends on the shape
 * alone, so the bits are the same for any number of threads.
 */
final class ReductionKernel {

  private ReductionKernel() {}

  static PreparedKernel of(Kernel.Reduction kernel, Preparation preparation) {
    if (kernel.count() == 0) {
      return new EmptyReduction(kernel, preparation.slots());
    }
    PreparedKernel single = SingleElement.prepare(kernel, preparation.slots());
    if (single != null) {
      return single;
    }
    if (kernel.count() == 1) { // the gradient of a bias, say, in a batch of one
      return new ElementwiseKernel(
          new Kernel.Elementwise(kernel.shape(), kernel.body(), List.of(kernel.output())),
          preparation);
    }
    int inputs = kernel.body().inputs().size();
    int[][] strides = new int[inputs + 1][];
    for (int i = 0; i < inputs; i++) {
      strides[i] = kernel.body().inputs().get(i).strides();
    }
    strides[inputs] = kernel.output().strides();
    Space space = new Space(kernel.shape(), strides);
    List<Integer> kept = new ArrayList<>();
    List<Integer> folded = new ArrayList<>();
    // in the order of memory: the last axis is walked with the smallest steps
    for (int axis : space.orderByStride(0, inputs)) {
      if (kernel.shape()[axis] != 1) {
        (kernel.reduced()[axis] ? folded : kept).add(axis);
      }
    }
    Space foldedSpace = pick(space, folded);
    int inner = trailing(space, kept, folded);
    if (inner > 0 && !folded.isEmpty()) {
      Space outer = pick(space, kept.subList(0, kept.size() - inner));
      Space columns = pick(space, kept.subList(kept.size() - inner, kept.size()));
      int last = columns.rank() - 1;
      outer = outer.followedBy(columns.axes(0, last)).merged();
      return new ColumnReduction(
          kernel, outer, foldedSpace, columns.axes(last, last + 1), preparation);
    }
    return new RowReduction(kernel, pick(space, kept), foldedSpace, preparation);
  }

  /** How many of the kept axes come after all folded ones in the order of memory. */
  private static int trailing(Space space, List<Integer> kept, List<Integer> folded) {
    int inputs = space.strides().length - 1;
    int[] order = space.orderByStride(0, inputs);
    int count = 0;
    for (int i = order.length - 1; i >= 0 && !folded.contains(order[i]); i--) {
      count += kept.contains(order[i]) ? 1 : 0;
    }
    return count;
  }

  private static Space pick(Space space, List<Integer> axes) {
    return space.permuted(axes.stream().mapToInt(Integer::intValue).toArray()).merged();
  }

  /** A window on the output alone: its strides are the last of the space's. */
  static Window outputWindow(Operand output, Space space) {
    return new Window(
        output.slot(), output.offset(), space.shape(), space.strides()[space.strides().length - 1]);
  }

  /** Over nothing, a reduction is its start value everywhere. */
  private static final class EmptyReduction implements PreparedKernel {

    private final Slots slots;
    private final Window output;
    private final int rows;
    private final float value;

    EmptyReduction(Kernel.Reduction kernel, Slots slots) {
      this.slots = slots;
      this.value = (float) kernel.op().finish(kernel.op().start(), 0);
      int[] shape = kernel.shape().clone();
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = kernel.reduced()[axis] ? 1 : shape[axis];
      }
      int[] withColumn = Arrays.copyOf(shape, shape.length + 1);
      withColumn[shape.length] = 1;
      int[] strides = Arrays.copyOf(kernel.output().strides(), shape.length + 1);
      this.output =
          new Window(kernel.output().slot(), kernel.output().offset(), withColumn, strides);
      this.rows = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    @Override
    public void run() {
      MemorySegment to = slots.segments[output.slot];
      for (int row = 0; row < rows; row++) {
        to.set(ValueLayout.JAVA_FLOAT, 4 * output.rowStart(row), value);
      }
    }

    @Override
    public double nanos() {
      return rows;
    }
  }
}
