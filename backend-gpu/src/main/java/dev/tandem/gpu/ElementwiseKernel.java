package dev.tandem.gpu;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.List;

/**
 * The code of an elementwise kernel: one thread for each element of the iteration space.
 *
 * @param dimensions words with the size of each axis
 * @param count the word with the number of elements
 * @param expression what to compute
 * @param scalars for each scalar register its number among the scalars of the run
 * @param inputs one for each input register
 * @param outputs one for each result
 */
record ElementwiseKernel(
    List<Integer> dimensions,
    int count,
    Expression expression,
    List<Integer> scalars,
    List<Window> inputs,
    List<Window> outputs)
    implements KernelSource {

  private static final int THREADS = 256; // in a group

  /** Adds the task that runs such a kernel. */
  static void add(Kernel.Elementwise kernel, ProgramBuilder program) {
    TaskBuilder task = program.task("elementwise");
    List<Window> inputs = new ArrayList<>();
    kernel.body().inputs().forEach(it -> inputs.add(task.read(it)));
    List<Window> outputs = new ArrayList<>();
    kernel.outputs().forEach(it -> outputs.add(task.write(it)));
    finish(task, kernel.shape(), kernel.body(), inputs, outputs);
  }

  /** Finishes a task that computes a body for every element of a shape. */
  static void finish(
      TaskBuilder task, int[] shape, Body body, List<Window> inputs, List<Window> outputs) {
    long count = 1;
    for (int size : shape) {
      count *= size;
    }
    ElementwiseKernel source =
        new ElementwiseKernel(
            task.words(shape),
            task.word(Math.toIntExact(count)),
            body.expression(),
            ExpressionCode.scalars(body),
            inputs,
            outputs);
    task.finish(source, Grid.covering(count, (int) Math.min(THREADS, Grid.rounded(count, 32))));
  }

  @Override
  public void write(KernelCode kernel) {
    int number = kernel.index("globalIdx");
    kernel.ifTrue(
        () -> {
          kernel.code.iload(number);
          kernel.pushWord(count);
        },
        Opcode.IF_ICMPLT,
        () -> {
          int[] at = kernel.coordinates(number, dimensions);
          int[] results =
              ExpressionCode.write(kernel, expression, new int[0], inputs, at, scalars, false);
          // every operand has been loaded by now, so that an output may overwrite one in place
          for (int o = 0; o < results.length; o++) {
            kernel.pushArray(outputs.get(o).array());
            kernel.pushAddress(outputs.get(o), at);
            kernel.code.fload(results[o]);
            kernel.set();
          }
        });
  }
}
