package dev.tandem.cpu;

import dev.tandem.schedule.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class SimpleMatmul implements PreparedKernel {
  private final Kernel.Matmul kernel;
  private final Slots slots;
  private final Window left, right, output;
  private final StripMachine[] machines;
  private final @org.jspecify.annotations.Nullable StripProgram program;
  private final long batches;

  SimpleMatmul(Kernel.Matmul kernel, Preparation preparation) {
    this.kernel = kernel;
    this.slots = preparation.slots();
    int rank = kernel.batch().length;
    int[] shape = java.util.Arrays.copyOf(kernel.batch(), rank + 2);
    long b = 1;
    for (int s : kernel.batch()) b *= s;
    batches = b;
    shape[rank] = kernel.m();
    shape[rank + 1] = kernel.n();
    int[] ls = shape.clone();
    ls[rank + 1] = kernel.k();
    int[] rs = shape.clone();
    rs[rank] = kernel.k();
    left = new Window(kernel.left().slot(), kernel.left().offset(), ls, kernel.left().strides());
    right =
        new Window(kernel.right().slot(), kernel.right().offset(), rs, kernel.right().strides());
    dev.tandem.schedule.Operand product = kernel.output();
    boolean aliased =
        kernel.epilogue().inputs().stream()
            .anyMatch(i -> slots.same(i.slot(), kernel.output().slot()));
    if (aliased) {
      int[] dense = new int[rank + 2];
      int next = 1;
      for (int i = rank + 1; i >= 0; i--) {
        dense[i] = next;
        next *= shape[i];
      }
      product = new dev.tandem.schedule.Operand(preparation.slot(next), 0, dense);
    }
    output = new Window(product.slot(), product.offset(), shape, product.strides());
    if (kernel.epilogue().expression().isIdentity()) {
      machines = new StripMachine[0];
      program = null;
    } else {
      java.util.List<dev.tandem.schedule.Operand> in = new java.util.ArrayList<>();
      in.add(product);
      in.addAll(kernel.epilogue().inputs());
      program =
          StripProgram.of(
              shape,
              new dev.tandem.schedule.Body(
                  kernel.epilogue().expression(), in, kernel.epilogue().scalars()),
              java.util.List.of(kernel.output()),
              slots);
      machines = preparation.machines(program, 1);
    }
  }

  @Override
  public void run() {
    MemorySegment a = slots.segments[left.slot],
        b = slots.segments[right.slot],
        c = slots.segments[output.slot];
    for (long batch = 0; batch < batches; batch++)
      for (int i = 0; i < kernel.m(); i++)
        for (int j = 0; j < kernel.n(); j++) {
          double sum = 0;
          for (int p = 0; p < kernel.k(); p++)
            sum +=
                (double)
                        a.get(
                            ValueLayout.JAVA_FLOAT,
                            4 * (left.rowStart(batch * kernel.m() + i) + (long) p * left.step))
                    * b.get(
                        ValueLayout.JAVA_FLOAT,
                        4 * (right.rowStart(batch * kernel.k() + p) + (long) j * right.step));
          c.set(
              ValueLayout.JAVA_FLOAT,
              4 * (output.rowStart(batch * kernel.m() + i) + (long) j * output.step),
              (float) sum);
        }
    if (program != null) {
      machines[0].begin();
      for (long s = 0; s < program.strips(); s++) machines[0].runStrip(s);
    }
  }

  @Override
  public double nanos() {
    return 1;
  }
}
