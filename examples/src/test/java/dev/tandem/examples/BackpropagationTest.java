package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.Backends;
import dev.tandem.examples.Notebook.Comparison;
import dev.tandem.examples.Notebook.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does the walk-through find PyTorch's numbers, in every way it computes them? */
class BackpropagationTest {

  /** No number of the walk is above 5, and none is a sum of more than eight terms. */
  private static final double ERROR = 5 * 8 * 0x1p-24;

  /**
   * What the Python program of the page prints with nine decimals under PyTorch 1.13: by chapter
   * and name.
   */
  private static final Map<String, double[]> PYTORCH =
      Map.ofEntries(
          entry("1 x", 0.474040091),
          entry("1 y", 1.192429781),
          entry("1 E", 4.971519947),
          entry("1 dE/dw", -2.113925457),
          entry("1 dE/db", -4.459381104),
          entry("2 E", 1.471941471),
          entry(
              "2 dE/dW",
              1.031391978,
              0.248042643,
              -1.980834961,
              0.573367417,
              0.388864309,
              -0.666559458),
          entry("2 dE/db", -1.140292645, -0.305180341),
          entry("3 y", 0.831330895),
          entry("3 E", 0.401378334),
          entry("3 dE/dw", 0.185534373),
          entry("3 dE/db", 0.391389638),
          entry("4 E", 1.107423782),
          entry(
              "4 dE/dW",
              0.024658680,
              -0.132598072,
              -0.690628648,
              0.518596590,
              0.351704657,
              -0.649709761),
          entry("4 dE/db", -0.386581600, -0.286215156),
          entry("5 h_3", 0.942424476, -0.509615183),
          entry("5 E", 0.710506320),
          entry("5 dE/dW_ih^T", -0.047219116, -0.031321600, 0.581400812, 0.738129616),
          entry("5 dE/dW_hh^T", -0.081419162, 0.069201492, 0.923579454, -0.783316731),
          entry("5 dE/db", -0.088640086, 1.051585674));

  private static Map.Entry<String, double[]> entry(String name, double... values) {
    return Map.entry(name, values);
  }

  private static List<Comparison> walk(String backend) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Notebook notebook = new Notebook(nowhere);
    Backpropagation.run(Backends.get(backend), notebook);
    return notebook.comparisons();
  }

  private static String name(Comparison comparison) {
    return comparison.chapter().charAt(0) + " " + comparison.name();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void everyWayFindsPyTorchsNumbers(String backend) {
    List<Comparison> found =
        walk(backend).stream().filter(it -> PYTORCH.containsKey(name(it))).toList();
    assertThat(found).extracting(BackpropagationTest::name).containsAll(PYTORCH.keySet());
    for (Comparison comparison : found) {
      for (Way way : comparison.ways()) {
        assertNear(comparison, way, PYTORCH.getOrDefault(name(comparison), new double[0]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void gradientsByHandAreThoseOfBackward(String backend) {
    List<Comparison> gradients =
        walk(backend).stream().filter(it -> it.name().startsWith("dE/")).toList();
    assertThat(gradients).hasSize(14);
    for (Comparison comparison : gradients) {
      assertThat(comparison.ways()).hasSizeGreaterThanOrEqualTo(2);
      float[] automatic = comparison.ways().getLast().result().toArray();
      double[] expected = new double[automatic.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = automatic[i];
      }
      for (Way way : comparison.ways()) {
        assertNear(comparison, way, expected);
      }
    }
  }

  private static void assertNear(Comparison comparison, Way way, double[] expected) {
    float[] actual = way.result().toArray();
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s %s, element %d", name(comparison), way.name(), i)
          .isCloseTo(expected[i], within(ERROR));
    }
  }

  @Test
  void thePageShowsWhatIsPrinted() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Backpropagation.run(
        Backends.get("cpu"), new PrintStream(printed, true, StandardCharsets.UTF_8));
    Page page = Page.read("docs/backpropagation.md");
    List<String> shown = page.blocks("text").stream().map(Page.Block::text).toList();
    Printed.assertSame(
        page.name(), String.join("\n\n", shown), printed.toString(StandardCharsets.UTF_8));
  }
}
