package dev.tandem.gpu;

import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Kernel;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The code of a matrix product. A group of threads computes a tile of the product: it brings a slab
 * of either matrix into shared memory, and each thread multiplies from there into a small tile of
 * its own, held in registers; then on to the next slab. Transposes are steps, edges are zeros, and
 * the epilogue runs on the registers before they are stored.
 *
 * @param tile the sizes that are part of the code
 * @param leftAlongRows whether neighbouring threads read the left matrix along its rows, which is
 *     right if its elements lie side by side there
 * @param rightAlongRows likewise the right matrix
 * @param batch words with the sizes of the batch axes
 * @param sizes further words
 * @param left its axes are the batch axes, m, k
 * @param right its axes are the batch axes, k, n
 * @param epilogue register 0 is the product
 * @param scalars for each scalar register its number among the scalars of the run
 * @param operands of the epilogue; axes are the batch axes, m, n
 * @param output likewise
 */
record MatmulKernel(
    MatmulTile tile,
    boolean leftAlongRows,
    boolean rightAlongRows,
    List<Integer> batch,
    Sizes sizes,
    Window left,
    Window right,
    Expression epilogue,
    List<Integer> scalars,
    List<Window> operands,
    Window output)
    implements KernelSource {

  /**
   * Words with numbers.
   *
   * @param rowTiles tiles along m
   * @param columnTiles tiles along n
   */
  record Sizes(int m, int n, int k, int rowTiles, int columnTiles) {}

  /** Adds the task that runs such a kernel. */
  static void add(Kernel.Matmul kernel, ProgramBuilder program) {
    TaskBuilder task = program.task("matmul");
    int rank = kernel.batch().length;
    long products = Arrays.stream(kernel.batch()).asLongStream().reduce(1, (a, b) -> a * b);
    MatmulTile tile = MatmulTile.of(products, kernel.m(), kernel.n());
    int rowTiles = tile.rowTiles(kernel.m());
    int columnTiles = tile.columnTiles(kernel.n());
    Window left = task.read(kernel.left());
    Window right = task.read(kernel.right());
    List<Window> operands = new ArrayList<>();
    kernel.epilogue().inputs().forEach(it -> operands.add(task.read(it)));
    Window output = task.write(kernel.output());
    MatmulKernel source =
        new MatmulKernel(
            tile,
            kernel.left().stride(rank + 1) <= kernel.left().stride(rank),
            kernel.right().stride(rank + 1) <= kernel.right().stride(rank),
            task.words(kernel.batch()),
            new Sizes(
                task.word(kernel.m()),
                task.word(kernel.n()),
                task.word(kernel.k()),
                task.word(rowTiles),
                task.word(columnTiles)),
            left,
            right,
            kernel.epilogue().expression(),
            ExpressionCode.scalars(kernel.epilogue()),
            operands,
            output);
    task.finish(
        source, new Grid(products * rowTiles * columnTiles * tile.threads(), tile.threads()));
  }

  @Override
  public void write(KernelCode kernel) {
    new Writer(kernel).write();
  }

  /** The locals of the kernel while its code is written. */
  private final class Writer {

    private final KernelCode kernel;
    private final int lane;
    private final int threadRow; // of the thread in its group
    private final int threadColumn;
    private final int firstRow; // of the group's tile in the product
    private final int firstColumn;
    private final int[] batchAt;
    private final int m;
    private final int n;
    private final int k;
    private final int leftSlab;
    private final int rightSlab;
    private final int[] sums;

    Writer(KernelCode kernel) {
      this.kernel = kernel;
      m = kernel.word(sizes.m);
      n = kernel.word(sizes.n);
      k = kernel.word(sizes.k);
      lane = kernel.index("localIdx");
      threadColumn = part(lane, tile.threadColumns(), Opcode.IREM);
      threadRow = part(lane, tile.threadColumns(), Opcode.IDIV);
      int group = kernel.index("groupIdx");
      int columnTiles = kernel.word(sizes.columnTiles);
      int rowTiles = kernel.word(sizes.rowTiles);
      kernel.code.iload(group).iload(columnTiles).irem().loadConstant(tile.columns()).imul();
      firstColumn = kernel.storedInt();
      kernel.code.iload(group).iload(columnTiles).idiv().istore(group);
      kernel.code.iload(group).iload(rowTiles).irem().loadConstant(tile.rows()).imul();
      firstRow = kernel.storedInt();
      kernel.code.iload(group).iload(rowTiles).idiv().istore(group);
      batchAt = kernel.coordinates(group, batch);
      leftSlab = kernel.sharedFloats(tile.depth() * tile.leftPitch());
      rightSlab = kernel.sharedFloats(tile.depth() * tile.rightPitch());
      sums = new int[tile.rowsOfThread() * tile.columnsOfThread()];
      for (int i = 0; i < sums.length; i++) {
        kernel.code.fconst_0();
        sums[i] = kernel.storedFloat();
      }
    }

    private int part(int number, int divisor, Opcode operation) {
      kernel.code.iload(number).loadConstant(divisor);
      if (operation == Opcode.IREM) {
        kernel.code.irem();
      } else {
        kernel.code.idiv();
      }
      return kernel.storedInt();
    }

    void write() {
      kernel.code.iconst_0();
      int p = kernel.storedInt();
      kernel.loop(
          p,
          k,
          tile.depth(),
          () -> {
            bringLeft(p);
            bringRight(p);
            kernel.barrier();
            multiply();
            kernel.barrier();
          });
      for (int i = 0; i < tile.rowsOfThread(); i++) {
        for (int j = 0; j < tile.columnsOfThread(); j++) {
          store(i, j);
        }
      }
    }

    /** Rows of the left matrix, as columns of its slab. */
    private void bringLeft(int p) {
      for (int i = 0; i < tile.rows() * tile.depth() / tile.threads(); i++) {
        int number = plus(lane, i * tile.threads());
        int row =
            leftAlongRows
                ? part(number, tile.depth(), Opcode.IDIV)
                : part(number, tile.rows(), Opcode.IREM);
        int depth =
            leftAlongRows
                ? part(number, tile.depth(), Opcode.IREM)
                : part(number, tile.rows(), Opcode.IDIV);
        int at = sum(firstRow, row);
        int term = sum(p, depth);
        int value = valueOrZero(left, at, m, term, k);
        kernel.code.aload(leftSlab);
        kernel.code.iload(depth).loadConstant(tile.leftPitch()).imul().iload(row).iadd();
        kernel.code.fload(value).fastore();
      }
    }

    private void bringRight(int p) {
      for (int i = 0; i < tile.columns() * tile.depth() / tile.threads(); i++) {
        int number = plus(lane, i * tile.threads());
        int column =
            rightAlongRows
                ? part(number, tile.columns(), Opcode.IREM)
                : part(number, tile.depth(), Opcode.IDIV);
        int depth =
            rightAlongRows
                ? part(number, tile.columns(), Opcode.IDIV)
                : part(number, tile.depth(), Opcode.IREM);
        int at = sum(firstColumn, column);
        int term = sum(p, depth);
        int value = valueOrZero(right, term, k, at, n);
        kernel.code.aload(rightSlab);
        kernel.code.iload(depth).loadConstant(tile.rightPitch()).imul().iload(column).iadd();
        kernel.code.fload(value).fastore();
      }
    }

    private int plus(int number, int constant) {
      kernel.code.iload(number).loadConstant(constant).iadd();
      return kernel.storedInt();
    }

    private int sum(int a, int b) {
      kernel.code.iload(a).iload(b).iadd();
      return kernel.storedInt();
    }

    /** The element of a matrix, or 0 beyond its edge. */
    private int valueOrZero(Window matrix, int row, int rows, int column, int columns) {
      kernel.code.fconst_0();
      int value = kernel.storedFloat();
      kernel.ifTrue(
          () -> kernel.code.iload(row).iload(rows),
          Opcode.IF_ICMPLT,
          () ->
              kernel.ifTrue(
                  () -> kernel.code.iload(column).iload(columns),
                  Opcode.IF_ICMPLT,
                  () -> {
                    kernel.pushElement(matrix, at(row, column));
                    kernel.code.fstore(value);
                  }));
      return value;
    }

    private int[] at(int row, int column) {
      return IntStream.concat(IntStream.of(batchAt), IntStream.of(row, column)).toArray();
    }

    /** A thread's rows and columns are spread over the tile, so that neighbours read neighbours. */
    private void multiply() {
      kernel.code.iconst_0();
      int depth = kernel.storedInt();
      kernel.code.loadConstant(tile.depth());
      int end = kernel.storedInt();
      kernel.loop(
          depth,
          end,
          1,
          () -> {
            int[] a = new int[tile.rowsOfThread()];
            for (int i = 0; i < a.length; i++) {
              kernel.code.aload(leftSlab);
              kernel.code.iload(depth).loadConstant(tile.leftPitch()).imul();
              kernel.code.iload(threadRow).iadd().loadConstant(i * tile.threadRows()).iadd();
              kernel.code.faload();
              a[i] = kernel.storedFloat();
            }
            for (int j = 0; j < tile.columnsOfThread(); j++) {
              kernel.code.aload(rightSlab);
              kernel.code.iload(depth).loadConstant(tile.rightPitch()).imul();
              kernel.code.iload(threadColumn).iadd().loadConstant(j * tile.threadColumns()).iadd();
              kernel.code.faload();
              int b = kernel.storedFloat();
              for (int i = 0; i < a.length; i++) {
                int sum = sums[i * tile.columnsOfThread() + j];
                kernel.code.fload(sum).fload(a[i]).fload(b).fmul().fadd().fstore(sum);
              }
            }
          });
    }

    private void store(int i, int j) {
      kernel.code.iload(firstRow).iload(threadRow).iadd();
      int row = plusConstant(i * tile.threadRows());
      kernel.code.iload(firstColumn).iload(threadColumn).iadd();
      int column = plusConstant(j * tile.threadColumns());
      kernel.ifTrue(
          () -> kernel.code.iload(row).iload(m),
          Opcode.IF_ICMPLT,
          () ->
              kernel.ifTrue(
                  () -> kernel.code.iload(column).iload(n),
                  Opcode.IF_ICMPLT,
                  () -> {
                    int[] at = at(row, column);
                    int[] product = {sums[i * tile.columnsOfThread() + j]};
                    int[] results =
                        ExpressionCode.write(
                            kernel, epilogue, product, operands, at, scalars, false);
                    kernel.pushArray(output.array());
                    kernel.pushAddress(output, at);
                    kernel.code.fload(results[0]);
                    kernel.set();
                  }));
    }

    private int plusConstant(int constant) {
      kernel.code.loadConstant(constant).iadd();
      return kernel.storedInt();
    }
  }
}
