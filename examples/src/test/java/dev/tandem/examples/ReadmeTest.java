package dev.tandem.examples;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does the README tell the truth? Its program is run on the module path, without any flag. */
class ReadmeTest {

  @TempDir private Path directory;

  @Test
  void itsProgramRunsAsAModuleAndPrintsWhatThePageSays() throws Exception {
    Path sources = Files.createDirectories(directory.resolve("src"));
    Files.writeString(
        sources.resolve("module-info.java"), "module page { requires dev.tandem.core; }");
    String path = PageProgram.classes(directory) + File.pathSeparator + Jars.path();
    List<String> command = List.of(Jars.java(), "-p", path, "-m");
    new PageProgram(directory, List.of("-p", Jars.path()), command)
        .checkSections(Page.read("README.md"));
  }
}
