package dev.tandem.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of the documentation: the fenced blocks under each of its second-level headings.
 *
 * @param name the file's
 * @param text all of it
 * @param blocks in order
 */
record Page(String name, String text, List<Block> blocks) {

  /**
   * A fenced block.
   *
   * @param section the heading above
   * @param line where it begins in the file
   * @param language what stands behind the fence
   */
  record Block(String section, int line, String language, String text) {}

  /** Reads a page by its path in the checkout, from the directory of one of its modules. */
  static Page read(String path) throws IOException {
    Path file = Path.of("..").resolve(path);
    List<String> lines = Files.readAllLines(file);
    List<Block> blocks = new ArrayList<>();
    String section = "";
    String language = "";
    int start = 0; // of the open block; 0: there is none
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        if (start > 0) {
          String text = String.join("\n", lines.subList(start, i));
          blocks.add(new Block(section, start + 1, language, text));
          start = 0;
        } else {
          language = line.substring(3).strip();
          start = i + 1;
        }
      } else if (start == 0 && line.startsWith("## ")) {
        section = line.substring(3).strip();
      }
    }
    return new Page(path, String.join("\n", lines), blocks);
  }

  /** The blocks of one language, in order. */
  List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }
}
