package dev.tandem.gpu;

import dev.tandem.schedule.ReduceOp;
import java.lang.classfile.Opcode;

/**
 * Writes the code that folds values one by one: a running value, and for sums beside it the sum of
 * what each addition lost to rounding.
 */
final class Accumulator {

  private final KernelCode kernel;
  private final ReduceOp op;
  private final int running;
  private final int lost;

  Accumulator(KernelCode kernel, ReduceOp op) {
    this.kernel = kernel;
    this.op = op;
    kernel.code.loadConstant((float) op.start());
    this.running = kernel.storedFloat();
    kernel.code.fconst_0();
    this.lost = kernel.storedFloat();
  }

  /** Folds the value of a local in. */
  void add(int value) {
    switch (op) {
      case SUM, MEAN -> {
        // sum = running + value; what is lost follows from it without error, by Knuth
        kernel.code.fload(running).fload(value).fadd();
        int sum = kernel.storedFloat();
        kernel.code.fload(sum).fload(running).fsub();
        int taken = kernel.storedFloat();
        kernel.code.fload(running).fload(sum).fload(taken).fsub().fsub();
        kernel.code.fload(value).fload(taken).fsub().fadd();
        kernel.code.fload(lost).fadd().fstore(lost);
        kernel.code.fload(sum).fstore(running);
      }
      case MAX, MIN -> {
        kernel.code.fload(running).fload(value);
        combine();
        kernel.code.fstore(running);
      }
    }
  }

  /** Replaces two folds on the stack by the fold of both. */
  void combine() {
    switch (op) {
      case SUM, MEAN -> kernel.code.fadd();
      case MAX -> kernel.call("maximum", 2);
      case MIN -> kernel.call("minimum", 2);
    }
  }

  /** A local with the fold of everything added. */
  int total() {
    if (op == ReduceOp.SUM || op == ReduceOp.MEAN) {
      // once the sum is infinite or NaN, what was lost is NaN and means nothing
      kernel.ifTrue(
          () -> kernel.code.fload(lost).fload(lost).fcmpl(),
          Opcode.IFEQ,
          () -> kernel.code.fload(running).fload(lost).fadd().fstore(running));
    }
    return running;
  }
}
