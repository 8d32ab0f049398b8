package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The Java blocks of a page as a program in a JVM of its own, as a reader would run it. The blocks
 * under one heading are the body of one method.
 */
final class PageProgram {

  private static final String NAME = "page.Sections";
  private static final String MARK = "## ";

  private static final String IMPORTS =
      """
      import dev.tandem.*;
      import dev.tandem.backend.*;
      import dev.tandem.io.*;
      import dev.tandem.nn.*;
      import dev.tandem.optim.*;
      import java.lang.foreign.*;
      import java.nio.file.Path;
      import java.util.*;
      """;

  private final Path directory;
  private final List<String> compilerOptions;
  private final List<String> command;

  /**
   * A way to compile and run.
   *
   * @param directory for sources and classes, and the working directory of the program
   * @param compilerOptions beyond the usual ones
   * @param command of the JVM up to the main class, which is added
   */
  PageProgram(Path directory, List<String> compilerOptions, List<String> command) {
    this.directory = directory;
    this.compilerOptions = compilerOptions;
    this.command = command;
  }

  static Path classes(Path directory) {
    return directory.resolve("classes");
  }

  /** Runs all blocks that are no complete files, and compares what each section prints. */
  void checkSections(Page page) throws IOException, InterruptedException {
    Map<String, StringBuilder> code = new LinkedHashMap<>();
    Map<String, StringBuilder> expected = new LinkedHashMap<>();
    boolean shown = false; // whether the last Java block was one of these
    for (Page.Block block : page.blocks()) {
      if (block.language().equals("java")) {
        shown = !isFile(block);
        if (shown) {
          code.computeIfAbsent(block.section(), it -> new StringBuilder())
              .append("// line %d%n".formatted(block.line()))
              .append(block.text())
              .append('\n');
        }
      } else if (block.language().equals("text") && shown) {
        expected
            .computeIfAbsent(block.section(), it -> new StringBuilder())
            .append(block.text())
            .append(block.text().isEmpty() ? "" : "\n");
      }
    }
    assertThat(code).as("sections of %s with Java", page.name()).isNotEmpty();
    Map<String, String> printed = sections(run(NAME, source(code)));
    assertThat(printed.keySet()).containsExactlyElementsOf(code.keySet());
    printed.forEach((section, text) ->
        Printed.assertSame(
            page.name() + ", " + section,
            expected.getOrDefault(section, new StringBuilder()).toString(),
            text));
  }

  /** Whether a block is a complete file: it has imports. */
  static boolean isFile(Page.Block block) {
    return block.text().startsWith("import ");
  }

  private static String source(Map<String, StringBuilder> code) {
    StringBuilder methods = new StringBuilder();
    StringBuilder calls = new StringBuilder();
    List<String> sections = new ArrayList<>(code.keySet());
    for (int i = 0; i < sections.size(); i++) {
      calls.append(
          "    System.out.println(\"%s%s\");%n    section%d();%n"
              .formatted(MARK, sections.get(i), i));
      methods.append(
          "  static void section%d() throws Exception {%n%s  }%n"
              .formatted(i, code.getOrDefault(sections.get(i), new StringBuilder())));
    }
    return "package page;%n%spublic final class Sections {%n%s  public static void main(String[] args) throws Exception {%n%s  }%n}%n"
        .formatted(IMPORTS, methods, calls);
  }

  private static Map<String, String> sections(String printed) {
    Map<String, String> sections = new LinkedHashMap<>();
    for (String part : printed.split("(?m)^" + MARK)) {
      int end = part.indexOf('\n');
      if (end > 0) {
        sections.put(part.substring(0, end), part.substring(end + 1));
      }
    }
    return sections;
  }

  /** Compiles and runs one file and returns what it prints. */
  String run(String main, String source) throws IOException, InterruptedException {
    Path file = directory.resolve("src").resolve(main.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    compile();
    Path out = directory.resolve("out.txt");
    Path err = directory.resolve("err.txt");
    List<String> line = new ArrayList<>(command);
    line.add(line.getLast().equals("-m") ? "page/" + main : main);
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String printed = Files.readString(out, StandardCharsets.UTF_8);
    String errors = Files.readString(err, StandardCharsets.UTF_8);
    assertThat(ended).as("it ended: %s%n%s", printed, errors).isTrue();
    assertThat(process.exitValue()).as("exit code; %s%n%s", printed, errors).isZero();
    return printed.replace("\r", "");
  }

  /** Compiles everything in the source directory; warnings are errors. */
  private void compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = new ArrayList<>(compilerOptions);
    options.addAll(
        List.of("-Xlint:all,-incubating,-requires-automatic,-requires-transitive-automatic"));
    options.addAll(List.of("-Werror", "-d", classes(directory).toString()));
    StringWriter messages = new StringWriter();
    try (Stream<Path> files = Files.walk(directory.resolve("src"));
        StandardJavaFileManager manager =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<Path> sources = files.filter(it -> it.toString().endsWith(".java")).toList();
      boolean done =
          compiler
              .getTask(
                  messages,
                  manager,
                  null,
                  options,
                  null,
                  manager.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(done).as("compiled: %s", messages).isTrue();
    }
  }
}
