package dev.tandem.testing;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.ReduceOp;
import dev.tandem.schedule.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes schedules by hand. Slots are declared first: inputs, then outputs, then temporaries.
 * Kernels are given as {@link View}s of one shape; iteration spaces are simplified here as the
 * schedule's contract asks.
 */
public final class ScheduleBuilder {

  private final List<Integer> inputs = new ArrayList<>();
  private final List<Boolean> lasting = new ArrayList<>();
  private final List<Integer> outputs = new ArrayList<>();
  private final List<Integer> updates = new ArrayList<>();
  private final List<Schedule.Temporary> temporaries = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();
  private long block;
  private int scalars;

  public int input(int elements) {
    return input(elements, false);
  }

  /** An input whose values stay the same from run to run more often than not. */
  public int lasting(int elements) {
    return input(elements, true);
  }

  private int input(int elements, boolean lasts) {
    require(outputs.isEmpty(), "inputs before outputs");
    inputs.add(elements);
    lasting.add(lasts);
    return inputs.size() - 1;
  }

  public int output(int elements) {
    return output(elements, -1);
  }

  /** An output that updates an input in place. */
  public int update(int input) {
    return output(inputs.get(input), input);
  }

  private int output(int elements, int updated) {
    require(temporaries.isEmpty(), "outputs before temporaries");
    outputs.add(elements);
    updates.add(updated);
    return inputs.size() + outputs.size() - 1;
  }

  /** A temporary behind all others. */
  public int temporary(int elements) {
    return temporary(elements, block);
  }

  /** A temporary at a place of the block, shared with others if they lie there. */
  public int temporary(int elements, long offset) {
    temporaries.add(new Schedule.Temporary(offset, elements));
    block = Math.max(block, offset + (elements + 15) / 16 * 16);
    return inputs.size() + outputs.size() + temporaries.size() - 1;
  }

  /** One more scalar bound at every run. */
  public int scalar() {
    return scalars++;
  }

  /** Shorthand for one output and no scalars. */
  public ScheduleBuilder elementwise(Expression expression, View output, View... operands) {
    return elementwise(expression, List.of(operands), new int[0], List.of(output));
  }

  public ScheduleBuilder elementwise(
      Expression expression, List<View> operands, int[] scalarIndices, List<View> results) {
    int[] shape = results.getFirst().shape();
    Space space = new Space(shape, new boolean[shape.length], strides(operands, results));
    kernels.add(
        new Kernel.Elementwise(
            space.shape,
            new Body(expression, space.operands(operands, 0), scalarIndices),
            space.operands(results, operands.size())));
    return this;
  }

  /**
   * A fold.
   *
   * @param output a view of the result with size 1 along the folded axes
   */
  public ScheduleBuilder reduction(
      ReduceOp op, boolean[] reduced, Expression expression, View output, View... operands) {
    int[] shape = operands[0].shape();
    List<View> views = new ArrayList<>(List.of(operands));
    views.add(output.broadcastTo(shape));
    Space space = new Space(shape, reduced, strides(views, List.of()));
    List<Operand> all = space.operands(views, 0);
    kernels.add(
        new Kernel.Reduction(
            space.shape,
            space.flags,
            op,
            new Body(expression, all.subList(0, operands.length), new int[0]),
            all.getLast()));
    return this;
  }

  /** A matmul without an epilogue. */
  public ScheduleBuilder matmul(View left, View right, View output) {
    return matmul(left, right, output, Expression.IDENTITY, new int[0]);
  }

  /**
   * A matmul.
   *
   * @param left a view of shape [batch..., m, k]
   * @param right a view of shape [batch..., k, n]
   * @param output a view of shape [batch..., m, n]
   * @param operands of the epilogue, of the output's shape
   */
  public ScheduleBuilder matmul(
      View left, View right, View output, Expression epilogue, int[] scalars, View... operands) {
    int rank = output.shape().length;
    List<View> views = new ArrayList<>(List.of(left, right, output));
    views.addAll(List.of(operands));
    int[] batch = Arrays.copyOf(output.shape(), rank - 2);
    Space space = new Space(batch, new boolean[rank - 2], strides(views, List.of()));
    List<Operand> all = new ArrayList<>();
    List<Operand> batches = space.operands(views, 0);
    for (int i = 0; i < views.size(); i++) {
      int[] ends = Arrays.copyOfRange(views.get(i).strides(), rank - 2, rank);
      int[] front = batches.get(i).strides();
      int[] strides = Arrays.copyOf(front, front.length + 2);
      System.arraycopy(ends, 0, strides, front.length, 2);
      all.add(new Operand(views.get(i).slot(), views.get(i).offset(), strides));
    }
    kernels.add(
        new Kernel.Matmul(
            space.shape,
            output.shape()[rank - 2],
            output.shape()[rank - 1],
            left.shape()[rank - 1],
            all.get(0),
            all.get(1),
            new Body(epilogue, all.subList(3, all.size()), scalars),
            all.get(2)));
    return this;
  }

  public Schedule build() {
    boolean[] last = new boolean[lasting.size()];
    for (int i = 0; i < last.length; i++) {
      last[i] = lasting.get(i);
    }
    return new Schedule(
        kernels, ints(inputs), ints(outputs), ints(updates), temporaries, block, scalars, last);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<int[]> strides(List<View> first, List<View> second) {
    List<int[]> strides = new ArrayList<>();
    first.forEach(view -> strides.add(view.strides()));
    second.forEach(view -> strides.add(view.strides()));
    return strides;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalStateException("declare " + rule);
    }
  }

  /** An iteration space without axes of size 1, neighbours merged where all strides allow it. */
  private static final class Space {

    int[] shape;
    boolean[] flags;
    private final List<int[]> strides;

    Space(int[] shape, boolean[] flags, List<int[]> strides) {
      List<Integer> sizes = new ArrayList<>();
      List<Integer> axes = new ArrayList<>(); // the last original axis of each
      for (int axis = 0; axis < shape.length; axis++) {
        int last = axes.size() - 1;
        if (shape[axis] == 1) {
          continue;
        }
        boolean merges = last >= 0 && flags[axes.get(last)] == flags[axis] && sizes.get(last) != 0;
        for (int[] walk : strides) {
          merges = merges && walk[axes.get(last)] == walk[axis] * shape[axis];
        }
        if (merges && shape[axis] != 0) {
          sizes.set(last, sizes.get(last) * shape[axis]);
          axes.set(last, axis);
        } else {
          sizes.add(shape[axis]);
          axes.add(axis);
        }
      }
      this.shape = ints(sizes);
      this.flags = new boolean[axes.size()];
      for (int axis = 0; axis < axes.size(); axis++) {
        this.flags[axis] = flags[axes.get(axis)];
      }
      this.strides =
          strides.stream()
              .map(walk -> axes.stream().mapToInt(axis -> walk[axis]).toArray())
              .toList();
    }

    /** The operands of these views, whose strides are those from {@code first} on. */
    List<Operand> operands(List<View> views, int first) {
      List<Operand> operands = new ArrayList<>();
      for (int i = 0; i < views.size(); i++) {
        View view = views.get(i);
        operands.add(new Operand(view.slot(), view.offset(), strides.get(first + i)));
      }
      return operands;
    }
  }
}
