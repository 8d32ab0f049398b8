package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/gpu.md} says of the sources is so. */
class GpuPageTest {

  private static final Pattern STATION = Pattern.compile("(?m)^\\d\\. `(.*?)`");

  @Test
  void theWayFromTensorToTheKernelIsFiveFilesThatSayMatmul() throws IOException {
    String page = Page.read("docs/gpu.md").text();
    List<String> way = STATION.matcher(page).results().map(station -> station.group(1)).toList();

    assertThat(way).hasSize(5);
    assertThat(way.getFirst()).endsWith("/Tensor.java");
    assertThat(way.getLast()).endsWith("/MatmulKernel.java");
    for (String file : way) {
      assertThat(Files.readString(Path.of("..", file))).as(file).containsIgnoringCase("matmul");
    }
  }

  @Test
  void coordinatesAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String xml = Page.read("docs/gpu.md").blocks("xml").getFirst().text();
    Pattern version = Pattern.compile("<version>.*?</version>");
    assertThat(version.matcher(xml).results().map(MatchResult::group))
        .containsExactly(version.matcher(pom).results().findFirst().orElseThrow().group());
    assertThat(pom).contains("<artifactId>tandem-backend-gpu</artifactId>");
  }
}
