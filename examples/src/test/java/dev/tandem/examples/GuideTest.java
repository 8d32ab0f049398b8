package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does the user's guide tell the truth? Its programs are run on the class path. */
class GuideTest {

  @TempDir private Path directory;

  private PageProgram onClassPath(String... flags) {
    String path = PageProgram.classes(directory) + File.pathSeparator + Jars.path();
    List<String> command = new ArrayList<>(List.of(Jars.java()));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", path));
    return new PageProgram(directory, List.of("-cp", Jars.path()), command);
  }

  private static Page guide() throws IOException {
    return Page.read("docs/guide.md");
  }

  private static Page.Block firstProgram() throws IOException {
    return guide().blocks("java").stream().filter(PageProgram::isFile).findFirst().orElseThrow();
  }

  @Test
  void everyBlockRunsAndPrintsWhatThePageSays() throws Exception {
    onClassPath("--add-modules", "jdk.incubator.vector").checkSections(guide());
  }

  @Test
  void theFirstProgramPrintsWhatThePageSays() throws Exception {
    Page.Block program = firstProgram();
    Page.Block output =
        guide().blocks("text").stream()
            .filter(it -> it.line() > program.line())
            .findFirst()
            .orElseThrow();
    String printed =
        onClassPath("--add-modules", "jdk.incubator.vector").run("First", program.text());
    Printed.assertSame("the first program", output.text(), printed);
  }

  @Test
  void aProgramStartedWithoutTheFlagIsToldSo() throws Exception {
    String program =
        """
        public final class Unflagged {
          public static void main(String[] args) {
            try {
              dev.tandem.Tensor.zeros(1);
            } catch (dev.tandem.backend.BackendUnavailableException e) {
              System.out.println(e.getMessage());
            }
            dev.tandem.Backends.setDefault(dev.tandem.Backends.get("reference"));
            System.out.println(dev.tandem.Tensor.zeros(1).backend().name());
          }
        }
        """;
    assertThat(onClassPath().run("Unflagged", program).lines())
        .containsExactly(
            "backend cpu cannot run: the Vector API's module is not loaded. Start java with"
                + " --add-modules jdk.incubator.vector. Only the slow backend reference can run"
                + " here; it is taken if the program calls"
                + " Backends.setDefault(Backends.get(\"reference\")).",
            "reference");
  }

  @Test
  void coordinatesAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(pom);
    assertThat(version.find()).isTrue();
    String xml = guide().blocks("xml").getFirst().text();
    assertThat(xml.lines().filter(line -> line.contains("<version>")).map(String::strip))
        .hasSize(2)
        .containsOnly("<version>" + version.group(1) + "</version>");
    assertThat(pom).contains("<artifactId>tandem-core</artifactId>");
    assertThat(pom).contains("<artifactId>tandem-backend-cpu</artifactId>");
  }
}
