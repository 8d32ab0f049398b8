package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.Tensor;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.UnaryOp;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elementwise functions of tensors against the values that PyTorch computed. */
public interface GoldenFunctionsContract extends Subject {

  /** Which PyTorch was not asked for: {@code ERF}. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ERF")
  default void functionsAreWithinTwoUlpOrAsNearAsPyTorch(UnaryOp op) {
    Golden golden = Golden.load("unary");
    String name = op.name().toLowerCase(Locale.ROOT);
    float[] input = golden.floats("input");
    float[] actual = here(() -> apply(op, Tensor.of(input)).toArray());
    float[] torch = golden.floats(name);
    double[] exact = golden.doubles(name + "_f64");
    for (int i = 0; i < input.length; i++) {
      double allowed = 2 * Math.ulp((float) exact[i]);
      double error = Math.abs(torch[i] - exact[i]);
      if (Double.isFinite(error)) {
        allowed = Math.max(allowed, error);
      }
      // PyTorch's formula for gelu cancels for negative numbers, in double too
      boolean cancels = op == UnaryOp.GELU && input[i] < 0 && Float.isFinite(input[i]);
      if (cancels) {
        allowed += Math.abs(input[i]) * Exact.EPSILON;
      }
      boolean special =
          exact[i] == 0 || Float.isInfinite((float) exact[i]) || Double.isNaN(exact[i]);
      boolean right =
          special && !cancels
              ? Float.compare(actual[i], (float) exact[i]) == 0
              : Math.abs(actual[i] - exact[i]) <= allowed;
      if (!right) {
        fail("%s(%s) is %s instead of %s".formatted(name, input[i], actual[i], exact[i]));
      }
    }
  }

  private static Tensor apply(UnaryOp op, Tensor x) {
    return switch (op) {
      case NEG -> x.neg();
      case ABS -> x.abs();
      case EXP -> x.exp();
      case LOG -> x.log();
      case SQRT -> x.sqrt();
      case SQUARE -> x.square();
      case RECIPROCAL -> x.reciprocal();
      case TANH -> x.tanh();
      case SIGMOID -> x.sigmoid();
      case RELU -> x.relu();
      case GELU -> x.gelu();
      case SOFTPLUS -> x.softplus();
      case ERF -> x.erf();
      case SIGN -> x.sign();
      case FLOOR -> x.floor();
      case SIN -> x.sin();
      case COS -> x.cos();
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM"})
  default void arithmeticHasPyTorchsBits(BinaryOp op) {
    Golden golden = Golden.load("binary");
    float[] actual = here(() -> apply(op, tensor(golden, "a"), tensor(golden, "b")).toArray());
    float[] expected = golden.floats(op.name().toLowerCase(Locale.ROOT));
    boolean eitherZero = op == BinaryOp.MAXIMUM || op == BinaryOp.MINIMUM;
    for (int i = 0; i < expected.length; i++) {
      if (!(eitherZero && expected[i] == 0 && actual[i] == 0)) {
        assertThat(actual[i]).as("%s of pair %d", op, i).isEqualTo((Float) expected[i]);
      }
    }
  }

  private static Tensor tensor(Golden golden, String key) {
    return Tensor.of(golden.floats(key));
  }

  private static Tensor apply(BinaryOp op, Tensor a, Tensor b) {
    return switch (op) {
      case ADD -> a.add(b);
      case SUB -> a.sub(b);
      case MUL -> a.mul(b);
      case DIV -> a.div(b);
      case POW -> a.pow(b);
      case MAXIMUM -> a.maximum(b);
      case MINIMUM -> a.minimum(b);
      case EQ -> a.eq(b);
      case NE -> a.ne(b);
      case LT -> a.lt(b);
      case LE -> a.le(b);
      case GT -> a.gt(b);
      case GE -> a.ge(b);
    };
  }

  @Test
  default void powersAreWithinTwoUlp() {
    Golden golden = Golden.load("binary");
    float[] a = golden.floats("a");
    float[] b = golden.floats("b");
    float[] actual =
        here(() -> apply(BinaryOp.POW, tensor(golden, "a"), tensor(golden, "b")).toArray());
    float[] torch = golden.floats("pow");
    for (int i = 0; i < a.length; i++) {
      String name = "pow(%s, %s)".formatted(a[i], b[i]);
      if (torch[i] == 0 || !Float.isFinite(torch[i])) {
        assertThat(actual[i]).as(name).isEqualTo((Float) torch[i]);
      } else {
        double error = Math.abs(actual[i] - Math.pow(a[i], b[i]));
        assertThat(error).as(name).isLessThanOrEqualTo(2 * Math.ulp(torch[i]));
      }
    }
  }
}
