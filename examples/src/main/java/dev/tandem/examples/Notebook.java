package dev.tandem.examples;

import dev.tandem.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what an example finds, and keeps the comparisons for whoever wants to check them. */
final class Notebook {

  private static final String NAME = "  %-12s";
  private static final String NUMBER = "%14.5f";
  private static final String HEADING = "%14s";

  private final PrintStream out;
  private final List<Comparison> comparisons = new ArrayList<>();
  private String chapter = "";
  private String headingsAbove = "";

  Notebook(PrintStream out) {
    this.out = out;
  }

  /** One way to a result, and the result. */
  record Way(String name, Tensor result) {}

  /**
   * Results that should agree.
   *
   * @param chapter the heading above
   * @param name what was computed
   * @param ways in how many ways, at least one
   */
  record Comparison(String chapter, String name, List<Way> ways) {}

  /** All comparisons so far, in order. */
  List<Comparison> comparisons() {
    return List.copyOf(comparisons);
  }

  /** Begins a chapter. */
  void chapter(String heading) {
    if (!chapter.isEmpty()) {
      out.println();
    }
    chapter = heading;
    headingsAbove = "";
    out.println(heading);
  }

  /** Prints a tensor, one element to a line. */
  void value(String name, Tensor result) {
    compare(name, new Way("", result));
  }

  /** Prints the results of several ways side by side, one element to a line. */
  void compare(String name, Way... ways) {
    comparisons.add(new Comparison(chapter, name, List.of(ways)));
    int[] shape = ways[0].result().shape().toArray();
    float[][] results = new float[ways.length][];
    StringBuilder headings = new StringBuilder();
    for (int i = 0; i < ways.length; i++) {
      results[i] = ways[i].result().toArray();
      headings.append(String.format(Locale.ROOT, HEADING, ways[i].name()));
    }
    boolean single = results[0].length == 1;
    if (!single || !headings.toString().equals(headingsAbove)) {
      line(single ? "" : name, headings.toString());
    }
    headingsAbove = headings.toString();
    for (int element = 0; element < results[0].length; element++) {
      StringBuilder numbers = new StringBuilder();
      for (float[] result : results) {
        numbers.append(String.format(Locale.ROOT, NUMBER, result[element]));
      }
      line(single ? name : "  " + index(element, shape), numbers.toString());
    }
  }

  private void line(String name, String columns) {
    String text = String.format(Locale.ROOT, NAME, name) + columns;
    if (!text.isBlank()) {
      out.println(text.stripTrailing());
    }
  }

  /** Where the element of this number in row-major order is, for example {@code [1, 0]}. */
  private static String index(int element, int[] shape) {
    List<String> positions = new ArrayList<>();
    int rest = element;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      positions.addFirst(Integer.toString(rest % shape[axis]));
      rest /= shape[axis];
    }
    return "[" + String.join(", ", positions) + "]";
  }
}
