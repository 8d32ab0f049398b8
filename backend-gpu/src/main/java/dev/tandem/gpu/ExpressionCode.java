package dev.tandem.gpu;

import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.UnaryOp;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.util.BitSet;
import java.util.List;

/**
 * Writes an {@link Expression} as Java bytecode: one local for each register, one line of
 * arithmetic or one call of {@link ElementFunctions} for each instruction.
 */
final class ExpressionCode {

  private final KernelCode kernel;
  private final Expression expression;
  private final int[] locals; // [register]
  private final BitSet rounded; // registers whose product must be rounded before it is used

  private ExpressionCode(KernelCode kernel, Expression expression, boolean resultIsAdded) {
    this.kernel = kernel;
    this.expression = expression;
    this.locals = new int[expression.registers()];
    this.rounded = addends(expression);
    if (resultIsAdded) {
      expression.results().forEach(rounded::set);
    }
  }

  /**
   * Writes the program.
   *
   * @param given locals of the first input registers, which are known already
   * @param operands one for each further input register
   * @param coordinates locals, one for each axis of the operands
   * @param scalars for each scalar register its number among the scalars of the run
   * @param resultIsAdded whether the caller adds the results to something
   * @return the local of each result
   */
  static int[] write(
      KernelCode kernel,
      Expression expression,
      int[] given,
      List<Window> operands,
      int[] coordinates,
      List<Integer> scalars,
      boolean resultIsAdded) {
    ExpressionCode program = new ExpressionCode(kernel, expression, resultIsAdded);
    System.arraycopy(given, 0, program.locals, 0, given.length);
    for (int i = 0; i < operands.size(); i++) {
      kernel.pushElement(operands.get(i), coordinates);
      program.locals[given.length + i] = kernel.storedFloat();
    }
    for (int i = 0; i < scalars.size(); i++) {
      kernel.pushScalar(scalars.get(i));
      program.locals[expression.inputs() + i] = kernel.storedFloat();
    }
    for (int i = 0; i < expression.instructions().size(); i++) {
      int register = expression.register(i);
      program.write(expression.instructions().get(i));
      if (program.rounded.get(register) && isProduct(expression.instructions().get(i))) {
        kernel.roundProduct();
      }
      program.locals[register] = kernel.storedFloat();
    }
    return expression.results().stream().mapToInt(it -> program.locals[it]).toArray();
  }

  /** The scalars that a body reads, as {@link #write} wants them. */
  static List<Integer> scalars(Body body) {
    return java.util.Arrays.stream(body.scalars()).boxed().toList();
  }

  private static boolean isProduct(Expression.Instruction instruction) {
    return switch (instruction) {
      case Expression.Unary it -> it.op() == UnaryOp.SQUARE;
      case Expression.Binary it -> it.op() == BinaryOp.MUL;
      case Expression.Where it -> false;
      case Expression.Constant it -> false;
    };
  }

  /** Registers that are used otherwise than as a factor or in a comparison. */
  private static BitSet addends(Expression expression) {
    BitSet addends = new BitSet();
    for (Expression.Instruction instruction : expression.instructions()) {
      switch (instruction) {
        case Expression.Unary it -> {
          if (it.op() != UnaryOp.SQUARE && it.op() != UnaryOp.RECIPROCAL) {
            addends.set(it.a());
          }
        }
        case Expression.Binary it -> {
          switch (it.op()) {
            case ADD, SUB, POW, MAXIMUM, MINIMUM -> {
              addends.set(it.a());
              addends.set(it.b());
            }
            case MUL, DIV, EQ, NE, LT, LE, GT, GE -> {}
          }
        }
        case Expression.Where it -> {
          addends.set(it.a());
          addends.set(it.b());
        }
        case Expression.Constant it -> {}
      }
    }
    return addends;
  }

  private void push(int register) {
    kernel.code.fload(locals[register]);
  }

  private void write(Expression.Instruction instruction) {
    switch (instruction) {
      case Expression.Constant it -> kernel.code.loadConstant(it.value());
      case Expression.Unary it -> {
        push(it.a());
        write(it.op());
      }
      case Expression.Binary it -> {
        push(it.a());
        if (it.op() == BinaryOp.POW) {
          kernel.hideConstant();
        }
        push(it.b());
        write(it.op());
      }
      case Expression.Where it -> {
        push(it.condition());
        kernel.code.fconst_0().fcmpl(); // a NaN compares as less: not 0
        choose(Opcode.IFNE, () -> push(it.a()), () -> push(it.b()));
      }
    }
  }

  private void write(UnaryOp op) {
    switch (op) {
      case NEG -> kernel.code.fneg();
      case SQUARE -> kernel.code.dup().fmul();
      case ABS -> kernel.call("abs", 1);
      case EXP -> call("exp");
      case LOG -> call("log");
      case SQRT -> call("sqrt");
      case RECIPROCAL -> kernel.call("reciprocal", 1);
      case TANH -> call("tanh");
      case SIGMOID -> call("sigmoid");
      case RELU -> kernel.call("relu", 1);
      case GELU -> call("gelu");
      case SOFTPLUS -> call("softplus");
      case ERF -> call("erf");
      case SIGN -> kernel.call("sign", 1);
      case FLOOR -> call("floor");
      case SIN -> call("sin");
      case COS -> call("cos");
    }
  }

  /** A function that the device computes: TornadoVM fails if the argument is a constant. */
  private void call(String function) {
    kernel.hideConstant();
    kernel.call(function, 1);
  }

  private void write(BinaryOp op) {
    switch (op) {
      case ADD -> kernel.code.fadd();
      case SUB -> kernel.code.fsub();
      case MUL -> kernel.code.fmul();
      case DIV -> kernel.code.fdiv();
      case POW -> {
        kernel.hideConstant();
        kernel.call("pow", 2);
      }
      case MAXIMUM -> kernel.call("maximum", 2);
      case MINIMUM -> kernel.call("minimum", 2);
      case EQ -> compare(false, Opcode.IFEQ);
      case NE -> compare(false, Opcode.IFNE);
      case LT -> compare(true, Opcode.IFLT);
      case LE -> compareOrEqual(true, Opcode.IFLT);
      case GT -> compare(false, Opcode.IFGT);
      case GE -> compareOrEqual(false, Opcode.IFGT);
    }
  }

  /** 1 or 0; a NaN compares as greater or as less, whichever makes the answer false. */
  private void compare(boolean nanIsGreater, Opcode condition) {
    if (nanIsGreater) {
      kernel.code.fcmpg();
    } else {
      kernel.code.fcmpl();
    }
    choose(condition, kernel.code::fconst_1, kernel.code::fconst_0);
  }

  /** In two comparisons: TornadoVM takes "at most" for "not greater", which NaN is not. */
  private void compareOrEqual(boolean nanIsGreater, Opcode strictly) {
    int b = kernel.storedFloat();
    int a = kernel.storedFloat();
    kernel.code.fload(a).fload(b);
    compare(nanIsGreater, strictly);
    kernel.code.fload(a).fload(b);
    compare(false, Opcode.IFEQ);
    kernel.code.fadd();
  }

  private void choose(Opcode condition, Runnable first, Runnable second) {
    int result = kernel.floatLocal();
    Label otherwise = kernel.code.newLabel();
    Label end = kernel.code.newLabel();
    Label then = kernel.code.newLabel();
    kernel.code.branch(condition, then).labelBinding(otherwise);
    second.run();
    kernel.code.fstore(result).goto_(end).labelBinding(then);
    first.run();
    kernel.code.fstore(result).labelBinding(end).fload(result);
  }
}
