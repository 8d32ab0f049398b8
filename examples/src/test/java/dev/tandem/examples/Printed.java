package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares what a page says that a program prints with what it prints. Spaces at the ends of lines
 * do not count, and a number with decimals may differ by one in its last place: engines and
 * machines may round differently.
 */
final class Printed {

  private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.(\\d+)(e-?\\d+)?");

  private Printed() {}

  static void assertSame(String where, String page, String program) {
    String[] expected = page.stripTrailing().split("\n");
    String[] actual = program.stripTrailing().split("\n");
    for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
      if (!same(expected[i].stripTrailing(), actual[i].stripTrailing())) {
        fail(
            "%s: line %d of the output is%n%s%non the page%n%s"
                .formatted(where, i + 1, actual[i], expected[i]));
      }
    }
    assertThat(actual).as("%s: lines of the output", where).hasSameSizeAs(expected);
  }

  private static boolean same(String expected, String actual) {
    if (!DECIMAL
        .matcher(expected)
        .replaceAll("#")
        .equals(DECIMAL.matcher(actual).replaceAll("#"))) {
      return false;
    }
    Matcher numbers = DECIMAL.matcher(actual);
    Matcher wanted = DECIMAL.matcher(expected);
    while (wanted.find() && numbers.find()) {
      double unit = Math.pow(10, -wanted.group(1).length());
      if (wanted.group(2) != null) {
        unit *= Double.parseDouble("1" + wanted.group(2));
      }
      double difference = Double.parseDouble(wanted.group()) - Double.parseDouble(numbers.group());
      if (Math.abs(difference) > 1.01 * unit) {
        return false;
      }
    }
    return true;
  }
}
