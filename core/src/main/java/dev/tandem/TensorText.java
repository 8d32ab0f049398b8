package dev.tandem;

import java.util.Locale;

/** Prints a tensor: its values in nested brackets, abridged when there are many, and its shape. */
final class TensorText {

  private static final int ABRIDGE_ABOVE = 1000;
  private static final int EDGE = 3;

  private final float[] values;
  private final int[] shape;
  private final boolean abridged;
  private final boolean scientific;
  private final StringBuilder text = new StringBuilder();

  private TensorText(float[] values, int[] shape) {
    this.values = values;
    this.shape = shape;
    abridged = values.length > ABRIDGE_ABOVE;
    scientific = needsExponents(values);
  }

  static String of(Tensor tensor) {
    TensorText text = new TensorText(tensor.toArray(), tensor.shape().toArray());
    text.write(0, 0);
    return text.text + " " + tensor.shape();
  }

  private static boolean needsExponents(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = 0;
    for (float value : values) {
      float size = Math.abs(value);
      if (size > 0 && size < Float.POSITIVE_INFINITY) {
        least = Math.min(least, size);
        greatest = Math.max(greatest, size);
      }
    }
    return greatest >= 1e8f || (greatest > 0 && greatest < 1e-4f) || least * 1e7f < greatest;
  }

  private void write(int axis, int start) {
    if (axis == shape.length) {
      text.append(number(values[start]));
      return;
    }
    int stride = 1;
    for (int inner = axis + 1; inner < shape.length; inner++) {
      stride *= shape[inner];
    }
    text.append('[');
    for (int i = 0; i < shape[axis]; i++) {
      if (i > 0) {
        text.append(',').append(axis == shape.length - 1 ? " " : lineBreak(axis));
      }
      if (abridged && i == EDGE && shape[axis] > 2 * EDGE) {
        text.append("...,").append(axis == shape.length - 1 ? " " : lineBreak(axis));
        i = shape[axis] - EDGE;
      }
      write(axis + 1, start + i * stride);
    }
    text.append(']');
  }

  private static String lineBreak(int axis) {
    return "\n" + " ".repeat(axis + 1);
  }

  private String number(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (scientific) {
      return String.format(Locale.ROOT, "%.4e", value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e8f) {
      return (value == 0 && 1 / value < 0 ? "-" : "") + (long) value + ".0";
    }
    String rounded = String.format(Locale.ROOT, "%.4f", value);
    return rounded.replaceAll("0+$", "").replaceAll("\\.$", ".0");
  }
}
