package dev.tandem.cpu;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a matmul puts its sums, and what happens to them then. Without an epilogue they go straight
 * into the output. With one they go there too, and the expression is applied in place while they
 * are in the cache; unless it reads what the output overwrites (an update of a weight), in which
 * case they go to a place of their own first.
 */
final class MatmulEpilogue {

  private final Slots slots;
  private final Operand target; // [batch..., m, n], dense
  private final int m;
  private final int n;
  private final @Nullable StripProgram program;
  private StripMachine[] machines = {};

  MatmulEpilogue(Kernel.Matmul kernel, Preparation preparation) {
    this.slots = preparation.slots();
    this.m = kernel.m();
    this.n = kernel.n();
    boolean identity = kernel.epilogue().expression().isIdentity();
    this.target =
        !identity && overwrites(kernel) ? preparation.place(kernel.shape()) : kernel.output();
    this.program = identity ? null : program(kernel);
  }

  private boolean overwrites(Kernel.Matmul kernel) {
    for (Operand input : kernel.epilogue().inputs()) {
      if (slots.same(input.slot(), kernel.output().slot())) {
        return true;
      }
    }
    return false;
  }

  private StripProgram program(Kernel.Matmul kernel) {
    Body epilogue = kernel.epilogue();
    List<Operand> inputs = new ArrayList<>(List.of(target));
    inputs.addAll(epilogue.inputs());
    List<Operand> all = new ArrayList<>(inputs);
    all.add(kernel.output());
    int[][] strides = all.stream().map(Operand::strides).toArray(int[][]::new);
    int[] shape = kernel.shape();
    Space space = new Space(shape, strides);
    // rows of the product stay rows: blocks of it are named by row and column
    int columnAxis = shape.length - 1;
    space = space.axes(0, columnAxis).merged().followedBy(space.axes(columnAxis, columnAxis + 1));
    return new StripProgram(
        space,
        epilogue.expression(),
        inputs,
        epilogue.scalars(),
        List.of(kernel.output()),
        StripProgram.capacity(epilogue.expression()),
        slots);
  }

  /** Prepares for so many threads; called once, when that number is known. */
  void prepare(Preparation preparation, int participants) {
    if (program != null) {
      machines = preparation.machines(program, participants);
    }
  }

  /** About how long it takes for one element, in nanoseconds. */
  double nanosPerElement() {
    return program == null ? 0 : program.nanosPerElement;
  }

  /** The memory that the sums go to. */
  MemorySegment memory() {
    return slots.segments[target.slot()];
  }

  /** The byte of an element of the sums. */
  long at(long batch, int row, int column) {
    return 4 * (target.offset() + (batch * m + row) * n + column);
  }

  /** Takes in what is the same for the whole run. */
  void begin(int participant) {
    if (program != null) {
      machines[participant].begin();
    }
  }

  /** Applies the expression to complete sums. */
  void apply(
      int participant, long batch, int firstRow, int endRow, int firstColumn, int endColumn) {
    if (program != null) {
      machines[participant].run(batch * m + firstRow, batch * m + endRow, firstColumn, endColumn);
    }
  }
}
