package dev.tandem.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a {@link Schedule} for people: what {@code Tensor.explain()} prints. */
final class ScheduleText {

  private final Schedule schedule;

  ScheduleText(Schedule schedule) {
    this.schedule = schedule;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int temporaries = schedule.temporaries().size();
    text.append(
        "schedule: %s, %s, %s, %s, %s%s%n"
            .formatted(
                counted(schedule.kernels().size(), "kernel", "kernels"),
                counted(schedule.inputs().length, "input", "inputs"),
                counted(schedule.outputs().length, "output", "outputs"),
                counted(schedule.scalars(), "scalar", "scalars"),
                counted(temporaries, "temporary", "temporaries"),
                temporaries == 0 ? "" : " in " + bytes(schedule.temporaryBlock() * Float.BYTES)));
    int number = 0;
    for (Kernel kernel : schedule.kernels()) {
      text.append("%4d  %s%n".formatted(number++, line(kernel)));
    }
    for (int output = 0; output < schedule.updates().length; output++) {
      if (schedule.updates()[output] >= 0) {
        text.append(
            "      out%d updates in%d in place%n".formatted(output, schedule.updates()[output]));
      }
    }
    return text.toString().stripTrailing();
  }

  private static String counted(int count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  private String line(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Elementwise it ->
          "elementwise %s  %s"
              .formatted(
                  Arrays.toString(it.shape()), assignments(it.body(), it.outputs(), it.shape()));
      case Kernel.Reduction it -> {
        List<String> values = values(it.body(), null, it.shape());
        yield "%-11s %s  %s = %s over %s of %s"
            .formatted(
                "reduction",
                Arrays.toString(it.shape()),
                slot(it.output().slot()),
                it.op().name().toLowerCase(Locale.ROOT),
                axes(it.reduced()),
                values.get(it.body().expression().results().getFirst()));
      }
      case Kernel.Matmul it -> {
        String batch = it.batch().length == 0 ? "" : Arrays.toString(it.batch()) + " x ";
        String product =
            "%s x %s"
                .formatted(
                    matrix(it.left(), it.batch().length), matrix(it.right(), it.batch().length));
        int[] shape = it.shape();
        List<String> values = values(it.epilogue(), "(" + product + ")", shape);
        String result = values.get(it.epilogue().expression().results().getFirst());
        yield "%-11s %s[%d, %d, %d]  %s = %s"
            .formatted(
                "matmul",
                batch,
                it.m(),
                it.n(),
                it.k(),
                slot(it.output().slot()),
                it.epilogue().expression().isIdentity() ? product : result);
      }
    };
  }

  private String assignments(Body body, List<Operand> outputs, int[] shape) {
    List<String> values = values(body, null, shape);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      int register = body.expression().results().get(i);
      parts.add(operand(outputs.get(i), shape) + " = " + values.get(register));
    }
    return String.join("; ", parts);
  }

  private String matrix(Operand operand, int batchRank) {
    boolean transposed = operand.stride(batchRank) == 1 && operand.stride(batchRank + 1) != 1;
    return slot(operand.slot()) + (transposed ? "^T" : "");
  }

  /** The formula of every register of a body, in infix form. */
  private List<String> values(Body body, @Nullable String product, int[] shape) {
    List<String> values = new ArrayList<>();
    if (product != null) {
      values.add(product);
    }
    body.inputs().forEach(input -> values.add(operand(input, shape)));
    for (int scalar : body.scalars()) {
      values.add("scalar" + scalar);
    }
    for (Expression.Instruction instruction : body.expression().instructions()) {
      values.add(formula(instruction, values));
    }
    return values;
  }

  private static String formula(Expression.Instruction instruction, List<String> values) {
    return switch (instruction) {
      case Expression.Constant it -> Float.toString(it.value());
      case Expression.Unary it ->
          it.op().name().toLowerCase(Locale.ROOT) + parenthesised(values.get(it.a()));
      case Expression.Binary it -> {
        String symbol = symbol(it.op());
        yield symbol.length() > 2
            ? "%s(%s, %s)".formatted(symbol, values.get(it.a()), values.get(it.b()))
            : "(%s %s %s)".formatted(values.get(it.a()), symbol, values.get(it.b()));
      }
      case Expression.Where it ->
          "where(%s, %s, %s)"
              .formatted(values.get(it.condition()), values.get(it.a()), values.get(it.b()));
    };
  }

  private static String parenthesised(String value) {
    return value.startsWith("(") && value.endsWith(")") ? value : "(" + value + ")";
  }

  private static String symbol(BinaryOp op) {
    return switch (op) {
      case ADD -> "+";
      case SUB -> "-";
      case MUL -> "*";
      case DIV -> "/";
      case EQ -> "==";
      case NE -> "!=";
      case LT -> "<";
      case LE -> "<=";
      case GT -> ">";
      case GE -> ">=";
      case POW, MAXIMUM, MINIMUM -> op.name().toLowerCase(Locale.ROOT);
    };
  }

  private String operand(Operand operand, int[] shape) {
    String name = slot(operand.slot());
    if (operand.offset() == 0 && operand.isContiguous(shape)) {
      return name;
    }
    String offset = operand.offset() == 0 ? "" : "+" + operand.offset();
    String strides =
        Arrays.stream(operand.strides()).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return name + offset + "{" + strides + "}";
  }

  private String slot(int slot) {
    if (slot < schedule.firstOutput()) {
      return "in" + slot;
    }
    return slot < schedule.firstTemporary()
        ? "out" + (slot - schedule.firstOutput())
        : "t" + (slot - schedule.firstTemporary());
  }

  private static String axes(boolean[] reduced) {
    List<String> axes = new ArrayList<>();
    for (int axis = 0; axis < reduced.length; axis++) {
      if (reduced[axis]) {
        axes.add(Integer.toString(axis));
      }
    }
    return "axes " + axes;
  }

  private static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " bytes";
    }
    return bytes < 10_000_000 ? bytes / 1024 + " KiB" : bytes / (1024 * 1024) + " MiB";
  }
}
