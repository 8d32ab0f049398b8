package dev.tandem.gpu;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.ReduceOp;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The code of a reduction. Each result is folded by a few lanes that take turns along the folded
 * elements and then combine what they have in a fixed tree. Long folds are cut into chunks with a
 * result each, which a second task folds. Which thread takes which element follows from the shape
 * alone, so that the same bits come out at every run.
 *
 * <p>Sums carry along what their rounding lost, which costs arithmetic that the memory hides.
 *
 * @param op the fold
 * @param finishes whether this task writes results, and not results of chunks
 * @param lanes threads for each result: a power of two
 * @param kept words with the sizes of the axes that are kept
 * @param folded words with the sizes of the folded axes
 * @param sizes further words
 * @param expression what is folded
 * @param scalars for each scalar register its number among the scalars of the run
 * @param inputs operands; their axes are the kept ones, then the folded ones
 * @param output where results go; its axes are the chunk, then the kept ones
 */
record ReductionKernel(
    ReduceOp op,
    boolean finishes,
    int lanes,
    List<Integer> kept,
    List<Integer> folded,
    Sizes sizes,
    Expression expression,
    List<Integer> scalars,
    List<Window> inputs,
    Window output)
    implements KernelSource {

  /**
   * Words with numbers.
   *
   * @param results how many results there are
   * @param threads how many results of chunks
   * @param count elements folded into each result
   * @param chunk of how many elements at most the fold of a chunk is
   */
  record Sizes(int results, int threads, int count, int chunk) {}

  /** As many threads at least keep a device busy; fewer results than that are cut into chunks. */
  private static final int ENOUGH_THREADS = 1 << 16;

  private static final int FEWEST_STEPS = 16; // of a lane, before a chunk is cut

  /** Adds the one or two tasks of a reduction. */
  static void add(Kernel.Reduction kernel, ProgramBuilder program) {
    int rank = kernel.shape().length;
    int[] kept = axes(kernel, false);
    int[] folded = axes(kernel, true);
    int results = Math.toIntExact(size(kernel.shape(), kept));
    int count = Math.toIntExact(size(kernel.shape(), folded));
    boolean alongRows = rank > 0 && kernel.reduced()[rank - 1];
    int lanes = lanes(alongRows ? count : count / Math.max(1, results / 64));
    if (!alongRows && results >= 64) {
      lanes = 1; // neighbouring threads take neighbouring results
    }
    long chunksWanted = ENOUGH_THREADS / Math.max(1, (long) results * lanes);
    long chunksPossible = count / ((long) lanes * FEWEST_STEPS);
    int chunks = (int) Math.max(1, Math.min(chunksWanted, chunksPossible));
    int chunk = Math.max(1, (count + chunks - 1) / chunks);
    chunks = Math.max(1, (count + chunk - 1) / chunk);

    TaskBuilder task = program.task("reduction");
    List<Window> inputs = new ArrayList<>();
    for (Operand input : kernel.body().inputs()) {
      inputs.add(task.read(rearranged(input, kept, folded)));
    }
    Window output;
    if (chunks == 1) {
      output = task.write(withChunkAxis(rearranged(kernel.output(), kept)));
    } else {
      int[] steps = new int[kept.length + 1];
      steps[0] = results;
      rowMajor(kernel.shape(), kept, steps);
      output = task.scratch((long) chunks * results, steps);
    }
    ReductionKernel source =
        new ReductionKernel(
            kernel.op(),
            chunks == 1,
            lanes,
            task.words(sizes(kernel.shape(), kept)),
            task.words(sizes(kernel.shape(), folded)),
            new Sizes(
                task.word(results),
                task.word(Math.multiplyExact(results, chunks)),
                task.word(count),
                task.word(chunk)),
            kernel.body().expression(),
            ExpressionCode.scalars(kernel.body()),
            inputs,
            output);
    task.finish(source, grid((long) results * chunks, lanes));
    if (chunks > 1) {
      addSecond(kernel, kept, results, chunks, count, program);
    }
  }

  /** Folds the results of chunks. */
  private static void addSecond(
      Kernel.Reduction kernel,
      int[] kept,
      int results,
      int chunks,
      int count,
      ProgramBuilder program) {
    TaskBuilder task = program.task("reduction");
    int[] steps = new int[kept.length + 1];
    rowMajor(kernel.shape(), kept, steps);
    System.arraycopy(steps, 1, steps, 0, kept.length);
    steps[kept.length] = results;
    Window partial = task.scratch((long) chunks * results, steps);
    Window output = task.write(withChunkAxis(rearranged(kernel.output(), kept)));
    int lanes = results >= 64 ? 1 : lanes(chunks);
    ReductionKernel source =
        new ReductionKernel(
            kernel.op(),
            true,
            lanes,
            task.words(sizes(kernel.shape(), kept)),
            task.words(chunks),
            new Sizes(task.word(results), task.word(results), task.word(count), task.word(chunks)),
            Expression.IDENTITY,
            ExpressionCode.scalars(Body.noEpilogue()),
            List.of(partial),
            output);
    task.finish(source, grid(results, lanes));
  }

  private static int lanes(int count) {
    return count >= 2048 ? 256 : count >= 64 ? 32 : 1;
  }

  private static Grid grid(long folds, int lanes) {
    return lanes == 1 ? Grid.covering(folds, 64) : new Grid(folds * lanes, lanes);
  }

  private static int[] axes(Kernel.Reduction kernel, boolean reduced) {
    return IntStream.range(0, kernel.shape().length)
        .filter(axis -> kernel.reduced()[axis] == reduced)
        .toArray();
  }

  private static int[] sizes(int[] shape, int[] axes) {
    return IntStream.of(axes).map(axis -> shape[axis]).toArray();
  }

  private static long size(int[] shape, int[] axes) {
    long size = 1;
    for (int axis : axes) {
      size *= shape[axis];
    }
    return size;
  }

  /** Writes the steps of an array without gaps over these axes behind the first element. */
  private static void rowMajor(int[] shape, int[] axes, int[] steps) {
    int step = 1;
    for (int i = axes.length - 1; i >= 0; i--) {
      steps[i + 1] = step;
      step *= shape[axes[i]];
    }
  }

  private static Operand rearranged(Operand operand, int[]... axes) {
    int[] strides =
        IntStream.range(0, axes.length)
            .flatMap(part -> IntStream.of(axes[part]).map(operand::stride))
            .toArray();
    return new Operand(operand.slot(), operand.offset(), strides);
  }

  private static Operand withChunkAxis(Operand operand) {
    int[] strides = new int[operand.strides().length + 1];
    System.arraycopy(operand.strides(), 0, strides, 1, operand.strides().length);
    return new Operand(operand.slot(), operand.offset(), strides);
  }

  @Override
  public void write(KernelCode kernel) {
    int number = kernel.index(lanes == 1 ? "globalIdx" : "groupIdx");
    int lane = lanes == 1 ? -1 : kernel.index("localIdx");
    kernel.ifTrue(
        () -> {
          kernel.code.iload(number);
          kernel.pushWord(sizes.threads);
        },
        Opcode.IF_ICMPLT,
        () -> fold(kernel, number, lane));
  }

  private void fold(KernelCode kernel, int number, int lane) {
    int results = kernel.word(sizes.results);
    kernel.code.iload(number).iload(results).idiv();
    int chunk = kernel.storedInt();
    kernel.code.iload(number).iload(results).irem();
    int result = kernel.storedInt();
    int[] keptAt = kernel.coordinates(result, kept);

    kernel.code.iload(chunk);
    kernel.pushWord(sizes.chunk);
    kernel.code.imul();
    int element = kernel.storedInt();
    kernel.code.iload(element);
    kernel.pushWord(sizes.chunk);
    kernel.code.iadd();
    int end = kernel.storedInt();
    // the last chunk is shorter
    int count = foldedElements(kernel);
    kernel.ifTrue(
        () -> kernel.code.iload(end).iload(count),
        Opcode.IF_ICMPGT,
        () -> kernel.code.iload(count).istore(end));
    if (lane >= 0) {
      kernel.code.iload(element).iload(lane).iadd().istore(element);
    }

    Accumulator accumulator = new Accumulator(kernel, op);
    kernel.loop(
        element,
        end,
        lanes,
        () -> {
          kernel.code.iload(element);
          int[] foldedAt = kernel.coordinates(kernel.storedInt(), folded);
          int[] at = IntStream.concat(IntStream.of(keptAt), IntStream.of(foldedAt)).toArray();
          int[] values =
              ExpressionCode.write(kernel, expression, new int[0], inputs, at, scalars, true);
          accumulator.add(values[0]);
        });
    int folded = accumulator.total();
    if (lane < 0) {
      store(kernel, chunk, keptAt, folded);
      return;
    }
    int shared = kernel.sharedFloats(lanes);
    kernel.code.aload(shared).iload(lane).fload(folded).fastore();
    kernel.barrier();
    for (int half = lanes / 2; half > 0; half /= 2) {
      int distance = half;
      kernel.ifTrue(
          () -> kernel.code.iload(lane).loadConstant(distance),
          Opcode.IF_ICMPLT,
          () -> {
            kernel.code.aload(shared).iload(lane);
            kernel.code.aload(shared).iload(lane).faload();
            kernel.code.aload(shared).iload(lane).loadConstant(distance).iadd().faload();
            accumulator.combine();
            kernel.code.fastore();
          });
      kernel.barrier();
    }
    kernel.ifTrue(
        () -> kernel.code.iload(lane),
        Opcode.IFEQ,
        () -> {
          kernel.code.aload(shared).iconst_0().faload();
          store(kernel, chunk, keptAt, kernel.storedFloat());
        });
  }

  /** A local with the number of elements that all chunks together fold. */
  private int foldedElements(KernelCode kernel) {
    kernel.code.iconst_1();
    for (int size : folded) {
      kernel.pushWord(size);
      kernel.code.imul();
    }
    return kernel.storedInt();
  }

  private void store(KernelCode kernel, int chunk, int[] keptAt, int value) {
    int[] at = IntStream.concat(IntStream.of(chunk), IntStream.of(keptAt)).toArray();
    kernel.pushArray(output.array());
    kernel.pushAddress(output, at);
    kernel.code.fload(value);
    if (finishes && op == ReduceOp.MEAN) {
      kernel.pushWord(sizes.count);
      kernel.code.i2f().fdiv();
    }
    kernel.set();
  }
}
