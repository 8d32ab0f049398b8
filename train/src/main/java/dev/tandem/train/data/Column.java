package dev.tandem.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of one column, one for each row of a {@link Table}. */
public sealed interface Column {

  /** The name in the header. */
  String name();

  /** Numbers, finite all of them. */
  record Numbers(String name, double[] values) implements Column {}

  /**
   * Categories.
   *
   * @param codes for each row an index into {@code categories}
   * @param categories each once, sorted
   */
  record Categories(String name, int[] codes, List<String> categories) implements Column {}

  /** Collects the cells of a column while a file is read. */
  sealed interface Collector {
    /**
     * Takes the next cell.
     *
     * @return whether it could be understood; nothing is added if not
     */
    boolean add(String cell);

    /** Forgets everything from a row on. */
    void truncate(int rows);

    /** The column as collected. */
    Column column();
  }

  /** Collects numbers. */
  final class NumberCollector implements Collector {
    private final String name;
    private double[] values = new double[256];
    private int size;

    NumberCollector(String name) {
      this.name = name;
    }

    @Override
    public boolean add(String cell) {
      double value;
      try {
        value = Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        return false;
      }
      if (!Double.isFinite(value) || isJavaLiteral(cell)) {
        return false;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
      return true;
    }

    /**
     * Whether a number is written as only Java writes it: {@code 1f}, {@code 2D}, {@code 0x1p3}.
     */
    private static boolean isJavaLiteral(String cell) {
      char last = Character.toLowerCase(cell.strip().charAt(cell.strip().length() - 1));
      return last == 'f' || last == 'd' || cell.indexOf('x') >= 0 || cell.indexOf('X') >= 0;
    }

    @Override
    public void truncate(int rows) {
      size = Math.min(size, rows);
    }

    @Override
    public Column column() {
      return new Numbers(name, Arrays.copyOf(values, size));
    }
  }

  /** Collects categories. */
  final class CategoryCollector implements Collector {
    private final String name;
    private final Map<String, Integer> codeOf = new HashMap<>();
    private final List<String> inOrderSeen = new ArrayList<>();
    private int[] codes = new int[256];
    private int size;

    CategoryCollector(String name) {
      this.name = name;
    }

    @Override
    public boolean add(String cell) {
      if (size == codes.length) {
        codes = Arrays.copyOf(codes, size * 2);
      }
      codes[size++] =
          codeOf.computeIfAbsent(
              cell.strip(),
              category -> {
                inOrderSeen.add(category);
                return inOrderSeen.size() - 1;
              });
      return true;
    }

    @Override
    public void truncate(int rows) {
      size = Math.min(size, rows);
    }

    @Override
    public Column column() {
      boolean[] used = new boolean[inOrderSeen.size()];
      for (int row = 0; row < size; row++) {
        used[codes[row]] = true; // a category seen only in rows left out is none
      }
      List<String> sorted = new ArrayList<>();
      for (int code = 0; code < used.length; code++) {
        if (used[code]) {
          sorted.add(inOrderSeen.get(code));
        }
      }
      sorted.sort(null);
      int[] sortedCodeOf = new int[used.length];
      for (int code = 0; code < used.length; code++) {
        sortedCodeOf[code] = Collections.binarySearch(sorted, inOrderSeen.get(code));
      }
      int[] sortedCodes = new int[size];
      for (int row = 0; row < size; row++) {
        sortedCodes[row] = sortedCodeOf[codes[row]];
      }
      return new Categories(name, sortedCodes, List.copyOf(sorted));
    }
  }
}
